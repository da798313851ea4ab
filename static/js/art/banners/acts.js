// Banners with an act: magic hat, guitar, swan.
import {TAU, easeIn, easeInOut, easeOut, envelope, lerp, linear, overshoot, span, stamp, tint} from "../kit.js";
import {COOL, PALETTE, PARTY} from "../palette.js";
import {sprite} from "../sprites.js";

/** The hat hops in, tips, and throws three fountains of stars along the lower third. */
export const magicHat = {
  durationS: 5,
  build(show) {
    const {u, w, h, random} = show;
    const light = show.field(true);
    const foil = show.field();
    const x = w / 2;
    const y = h * 0.83;
    for (let puff = 0; puff < 3; puff += 1) {
      for (let i = 0; i < 60; i += 1) {
        const lean = Math.sign(random(-1, 1)) * Math.sqrt(random());
        const course = {at: 0.9 + puff * 0.8 + random(0, 0.4), x: x + lean * u * 4, y: y - u * 7,
          vx: lean * w * random(0.2, 0.5), vy: -u * random(14, 40), gravity: u * 44, drag: 0.3,
          life: random(1.1, 1.9)};
        if (i % 5 === 0) foil.add({...course, size: u * random(2, 3.4), spin: random(-9, 9), kind: "foil",
          color: PARTY[i % PARTY.length]});
        else light.add({...course, size: u * random(1.8, 5.2), grow: 0.4, twinkle: 14, spin: random(-3, 3),
          kind: i % 2 ? "star" : "glow", color: PARTY[(i + puff) % PARTY.length]});
      }
    }
    return {light, foil, x, y};
  },
  draw(show, {light, foil, x, y}, t) {
    const {ctx, u, h} = show;
    const seen = envelope(t, 0.6, 1.1, 3.8, 4.6);
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.violet), x, y - u * 7, u * 92, u * 34, {alpha: seen * 0.9});
    stamp(ctx, sprite("haze", PALETTE.gold), x, y - u * 8, u * 40, u * 24,
      {alpha: seen * (0.7 + 0.3 * Math.sin(t * 9))});
    ctx.globalCompositeOperation = "source-over";
    show.draw(light, t);
    const k = span(t, 0, 0.5);
    const hop = Math.sin(k * Math.PI) * u * 8;
    const kick = [0.9, 1.7, 2.5].reduce((sum, at) => sum + Math.sin(span(t, at, at + 0.4) * Math.PI), 0);
    const size = u * 24;
    stamp(ctx, show.parts.get("icon"), x, y - hop + (1 - easeOut(k)) * h * 0.3 + easeIn(span(t, 4.4, 5)) * h * 0.3 +
      kick * u, size * (1 + kick * 0.06), size * (1 - kick * 0.09), {turn: Math.sin(t * 3) * 0.05});
    show.draw(foil, t);
  },
};

/** The guitar swings in where no ribbons are, its strings run across the picture and sound; notes rise from them. */
export const guitar = {
  durationS: 5,
  build(show) {
    const {u, w, h, random} = show;
    const notes = show.field();
    const light = show.field(true);
    const strums = [0.8, 1.5, 2.2, 2.9];
    const level = Math.min(h * 0.84, show.floor - u * 12);
    for (const at of strums) {
      for (let i = 0; i < 7; i += 1) notes.add({at: at + random(0, 0.5), x: show.fromStart(w * random(0.05, 0.78)),
        y: level + u * random(-4, 6), vx: u * random(-3, 6), vy: -u * random(7, 15), drag: 0.5, life: random(1.3, 2),
        size: u * random(3.6, 7), turn: random(-0.3, 0.3), spin: random(-0.4, 0.4), kind: "note",
        color: PARTY[Math.floor(random(0, 6))]});
      for (let i = 0; i < 26; i += 1) light.add({at: at + random(0, 0.3), x: show.fromStart(w * random(0, 0.84)),
        y: level + u * random(-4, 6), vx: u * random(-6, 6), vy: -u * random(2, 18), life: random(0.5, 1.2),
        size: u * random(0.8, 2.6), twinkle: 16, color: PALETTE.amber});
    }
    return {notes, light, strums, level};
  },
  draw(show, {notes, light, strums, level}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0.2, 0.8, 4, 4.8);
    const x = show.fromStart(w - u * 15);
    const away = show.fromStart(0);
    const y = level + (1 - overshoot(span(t, 0, 0.6))) * h * 0.4 + easeIn(span(t, 4.3, 5)) * h * 0.4;
    ctx.globalCompositeOperation = "lighter";
    const reach = easeOut(span(t, 0.3, 0.9));
    for (let string = 0; string < 6; string += 1) {
      const sy = level - u * 3 + string * u * 1.7;
      let swing = 0;
      for (const at of strums) swing += Math.exp(-(t - at) * 3.2) * (t > at + string * 0.04 ? 1 : 0);
      ctx.beginPath();
      for (let i = 0; i <= 44; i += 1) {
        const k = i / 44;
        const sx = lerp(x, away, k * reach);
        const wave = Math.sin(k * Math.PI * (3 + string)) * Math.sin(t * (44 +
          string * 7)) * Math.sin(k * Math.PI) * u * 1.5 * Math.min(1.2, swing);
        ctx.lineTo(sx, sy + wave);
      }
      ctx.strokeStyle = linear(ctx, x, 0, away, 0, [[0, tint(PALETTE.rose, 0.9 * seen)],
        [0.5, tint(PALETTE.amber, 0.9 * seen)], [1, tint(PALETTE.gold, 0)]]);
      ctx.lineWidth = u * (0.28 + 0.06 * string * 0.5);
      ctx.stroke();
    }
    ctx.globalCompositeOperation = "source-over";
    show.draw(light, t);
    const nod = strums.reduce((sum, at) => sum + Math.sin(span(t, at, at + 0.3) * Math.PI), 0);
    stamp(ctx, sprite("haze", PALETTE.ember), x, y, u * 46, undefined, {alpha: 0.7 * seen});
    stamp(ctx, show.parts.get("icon"), x, y, u * 28, u * 28,
      {flip: away > x ? 1 : -1, turn: (away > x ? 1 : -1) * (nod * 0.12 - 0.12)});
    show.draw(notes, t);
  },
};

/** Still water fills the lower third; the swan glides over it with its reflection and ripples. */
export const swan = {
  durationS: 5,
  build(show) {
    const {u, w, h, random} = show;
    const light = show.field(true);
    const petals = show.field();
    const level = Math.min(h * 0.86, show.floor - u * 4);
    for (let i = 0; i < 90; i += 1) light.add({at: random(0.2, 4), x: random(0, w), y: random(level - u * 2, h),
      life: random(0.4, 1.1), size: u * random(0.8, 3), kind: i % 3 ? "glow" : "star",
      color: COOL[i % COOL.length]});
    for (let i = 0; i < 26; i += 1) petals.add({at: random(0, 3), x: w * random(-0.1, 0.9),
      y: h * random(0.62, 0.72), vx: u * random(4, 14), vy: u * random(5, 10), life: random(1.4, 2.4),
      size: u * random(1.4, 3), turn: random(0, TAU), spin: random(-2, 2), kind: "petal", color: "#ffc4d6"});
    return {light, petals, level};
  },
  draw(show, {light, petals, level}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.7, 4.1, 5);
    ctx.fillStyle = linear(ctx, 0, level - u * 3, 0, h,
      [[0, tint("#5ad1ff", 0)], [0.12, tint("#4f9cff", 0.5 * seen)], [1, tint("#0b2a6b", 0.8 * seen)]]);
    ctx.fillRect(0, level - u * 3, w, h - level + u * 3);
    const k = span(t, 0, 5);
    // The drawing looks to the left, and a swan swims where it looks.
    const x = lerp(show.fromStart(-u * 16), show.fromStart(w + u * 16), k * 0.8 + easeInOut(k) * 0.2);
    const bob = Math.sin(t * 2.6) * u * 0.5;
    const size = u * 24;
    const look = show.fromStart(0) ? -1 : 1;
    ctx.strokeStyle = tint("#e6f9ff", 0.5 * seen);
    ctx.lineWidth = u * 0.3;
    for (let i = 0; i < 7; i += 1) {
      const age = (t * 0.9 + i / 7) % 1;
      ctx.globalAlpha = (1 - age) * 0.8;
      ctx.beginPath();
      ctx.ellipse(x - look * u * (2 + 26 * age), level + u * (3 + 2 * age), u * (8 + 22 * age), u * (1 + 2.6 * age),
        0, 0, TAU);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    stamp(ctx, show.parts.get("icon"), x, level + u * 12 - bob, size, size * 0.7,
      {flip: -look, squash: -1, alpha: 0.3 * seen});
    stamp(ctx, show.parts.get("icon"), x, level - u * 7.6 + bob, size, size,
      {flip: -look, turn: Math.sin(t * 2.6) * 0.02});
    show.draw(light, t);
    show.draw(petals, t);
  },
};
