// Banners made of light: firework, sunglasses, golden rain, disco ball.
import {TAU, easeIn, easeInOut, easeOut, envelope, lerp, linear, overshoot, span, stamp, tint} from "../kit.js";
import {PALETTE, PARTY} from "../palette.js";
import {beam, sprite} from "../sprites.js";

/** Five rockets climb out of the lower edge and open one after the other. */
export const firework = {
  durationS: 5,
  build(show) {
    const {w, h, u, random} = show;
    const light = show.field(true);
    const shells = [0.5, 0.2, 0.8, 0.35, 0.66].map((place, i) => {
      const at = 0.1 + i * 0.52;
      const shell = {at, opens: at + 0.62, x: w * (place + random(-0.04, 0.04)), y: h * random(0.7, 0.79),
        from: w * (place + random(-0.1, 0.1)), color: PARTY[(i * 2 + 1) % PARTY.length]};
      for (let j = 0; j < 16; j += 1) {
        const k = j / 16;
        light.add({at: at + k * 0.6, x: lerp(shell.from, shell.x, k), y: lerp(h * 1.02, shell.y, easeOut(k)),
          vx: random(-1, 1) * u, vy: u * random(2, 8), life: 0.5, size: u * random(1, 2), grow: 0.2,
          color: PALETTE.amber});
      }
      burst(light, show, shell, i);
      return shell;
    });
    return {light, shells};
  },
  draw(show, {light, shells}, t) {
    const {ctx, u} = show;
    ctx.globalCompositeOperation = "lighter";
    for (const shell of shells) {
      const glow = span(t, shell.opens, shell.opens + 0.06) * (1 - span(t, shell.opens + 0.06, shell.opens + 0.8));
      stamp(ctx, sprite("haze", shell.color), shell.x, shell.y, u * 50 * (0.6 + glow * 0.4), undefined,
        {alpha: glow * 0.8});
      stamp(ctx, sprite("star", "#fff3cf"), shell.x, shell.y, u * 16 * glow, undefined, {alpha: glow});
      const k = span(t, shell.at, shell.opens);
      if (k > 0 && k < 1) stamp(ctx, sprite("glow", PALETTE.gold), lerp(shell.from, shell.x, k),
        lerp(show.h * 1.02, shell.y, easeOut(k)), u * 3.4);
    }
    ctx.globalCompositeOperation = "source-over";
    show.draw(light, t);
  },
};

function burst(light, {u, random}, shell, i) {
  const rings = i % 2 ? [[44, 54, shell.color], [20, 28, "#fff3cf"]] : [[40, 58, shell.color],
    [28, 38, PARTY[(i + 2) % PARTY.length]]];
  for (const [many, speed, color] of rings) {
    for (let j = 0; j < many; j += 1) {
      const a = (j / many) * TAU + random(0, 0.08);
      const v = u * speed * random(0.82, 1.05);
      for (let echo = 0; echo < 2; echo += 1) {
        light.add({at: shell.opens + echo * 0.05, x: shell.x, y: shell.y, vx: Math.cos(a) * v, vy: Math.sin(a) * v,
          gravity: u * 9, drag: 2.6, life: random(1.1, 1.7) - echo * 0.2, size: u * (2.5 - echo), grow: 0.3,
          color});
      }
    }
  }
  for (let j = 0; j < 12; j += 1) {
    const a = random(0, TAU);
    light.add({at: shell.opens + random(0.7, 1.2), x: shell.x + Math.cos(a) * u * random(6, 22), y: shell.y +
      Math.sin(a) * u * random(4, 17), vy: u * 3, life: 0.4, size: u * random(2, 4), kind: "star",
      color: "#ffffff"});
  }
}

/** The glasses slide in, drop on an unseen nose, and a glint runs over the lenses. */
export const sunglasses = {
  durationS: 5,
  build(show) {
    const {u, w, h, random} = show;
    const light = show.field(true);
    const x = w / 2;
    const y = h * 0.8;
    for (let i = 0; i < 70; i += 1) {
      const side = i % 2 ? 1 : -1;
      light.add({at: 1.25 + random(0, 0.25), x: x + side * u * random(8, 24), y: y + u * random(-4, 6),
        vx: side * u * random(8, 60), vy: -u * random(4, 26), gravity: u * 26, drag: 1.6, life: random(0.8, 2),
        size: u * random(1, 3), grow: 0.3, twinkle: 12, kind: i % 3 ? "glow" : "star",
        color: [PALETTE.amber, PALETTE.rose, PALETTE.gold][i % 3]});
    }
    for (let i = 0; i < 46; i += 1) light.add({at: random(0, 3.6), x: random(0, w), y: h * random(0.7, 1),
      vx: u * random(20, 60), life: random(0.5, 1), size: u * random(0.6, 1.6), color: PALETTE.amber});
    return {light, x, y};
  },
  draw(show, {light, x, y}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.3, 4.3, 5);
    const glow = linear(ctx, 0, h * 0.66, 0, h, [[0, tint(PALETTE.rose, 0)], [0.55, tint(PALETTE.rose, 0.2 * seen)],
      [1, tint(PALETTE.amber, 0.5 * seen)]]);
    ctx.fillStyle = glow;
    ctx.fillRect(0, h * 0.66, w, h * 0.34);
    const slide = easeOut(span(t, 0.1, 0.8));
    const drop = easeIn(span(t, 0.95, 1.25)) + Math.sin(span(t, 1.25, 1.6) * Math.PI) * -0.12;
    const px = lerp(show.fromStart(-w * 0.3), x, slide);
    const py = y - u * 9 + u * 9 * drop + easeIn(span(t, 4.3, 5)) * h * 0.3;
    const size = u * 48;
    stamp(ctx, show.parts.get("icon"), px, py, size, size, {turn: (1 - slide) * -0.3 + (1 - drop) * -0.06});
    show.draw(light, t);
    const sweep = span(t, 1.5, 2.2);
    if (sweep > 0 && sweep < 1) stamp(ctx, sprite("star", "#ffffff"), px +
      lerp(-0.36, 0.4, easeInOut(sweep)) * size, py - size * 0.17, u * 22 * Math.sin(sweep * Math.PI), undefined,
      {turn: sweep * 1.2});
  },
};

/** Coins pour over the lower third, jump once on the edge, in a curtain of golden light. */
export const goldenRain = {
  durationS: 5,
  build(show) {
    const {u, w, h, random} = show;
    const coins = show.field();
    const light = show.field(true);
    for (let i = 0; i < 180; i += 1) {
      const at = random(0, 3);
      const x = random(0.02, 0.98) * w;
      const size = u * random(3, 6.4);
      const gravity = h * 1.15;
      const top = h * random(0.5, 0.6);
      const fall = Math.sqrt((2 * (h - size * 0.4 - top)) / gravity);
      coins.add({at, x, y: top, gravity, life: fall * 1.9, size, spin: random(-3, 3), kind: "coin",
        color: "#a85c08"});
      coins.add({at: at + fall * 0.96, x, y: h - size * 0.4, vx: u * random(-14, 14), vy: -h * random(0.18, 0.36),
        gravity, life: random(0.6, 0.8), size, spin: random(-8, 8), kind: "coin", color: "#a85c08"});
      if (i % 2) light.add({at: at + fall, x, y: h - u, vx: u * random(-10, 10), vy: -u * random(8, 26),
        gravity: u * 40, life: 0.6, size: u * 4, kind: "star", color: PALETTE.gold});
    }
    for (let i = 0; i < 90; i += 1) light.add({at: random(0, 3.4), x: random(0, w), y: h * random(0.6, 0.8),
      vy: h * random(0.2, 0.4), life: random(0.6, 1.1), size: u * random(2, 5), kind: "streak", turn: Math.PI * 2,
      color: PALETTE.amber});
    return {coins, light};
  },
  draw(show, {coins, light}, t) {
    const {ctx, w, h} = show;
    const seen = envelope(t, 0, 0.5, 3.8, 5);
    ctx.fillStyle = linear(ctx, 0, h * 0.6, 0, h, [[0, tint(PALETTE.gold, 0)], [1, tint("#f2a02e", 0.46 * seen)]]);
    ctx.fillRect(0, h * 0.6, w, h * 0.4);
    show.draw(light, t);
    show.draw(coins, t);
  },
};

/** The ball sinks in over the lower third and turns its spots across the floor. */
export const discoBall = {
  durationS: 5,
  build(show) {
    const {u, w, h, random} = show;
    const spots = Array.from({length: 34}, (_, i) => ({angle: random(0, TAU), row: random(0.05, 1),
      size: u * random(4, 9), color: PARTY[i % PARTY.length]}));
    const light = show.field(true);
    for (let i = 0; i < 60; i += 1) light.add({at: random(0.6, 3.8), x: random(0, w), y: h * random(0.68, 1),
      life: random(0.4, 0.9), size: u * random(2, 5), kind: "star", color: PARTY[i % PARTY.length]});
    return {spots, light, level: Math.min(h * 0.8, show.floor - u * 14)};
  },
  draw(show, {spots, light, level}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0.1, 0.8, 4.1, 4.9);
    const x = w / 2;
    const y = level + (1 - overshoot(span(t, 0, 0.6))) * h * 0.35 + easeIn(span(t, 4.3, 5)) * h * 0.4;
    ctx.fillStyle = linear(ctx, 0, h * 0.62, 0, h, [[0, "rgba(20,12,60,0)"], [1, `rgba(20,12,60,${0.7 * seen})`]]);
    ctx.fillRect(0, h * 0.62, w, h * 0.38);
    ctx.globalCompositeOperation = "lighter";
    for (let i = 0; i < 6; i += 1) {
      const a = -1.35 + i * 0.54 + Math.sin(t * 1.1 + i) * 0.16;
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate(a - (a > 0 ? -1 : 1) * 0.55);
      ctx.globalAlpha = 0.4 * seen;
      ctx.drawImage(beam(PARTY[i]), -u * 12, u * 6, u * 24, u * 66);
      ctx.restore();
    }
    for (const spot of spots) {
      const a = spot.angle + t * 0.9;
      if (Math.cos(a) < -0.2) continue;
      const sx = x + Math.sin(a) * w * 0.62;
      stamp(ctx, sprite("haze", spot.color), sx, h * (0.7 + 0.28 * spot.row), spot.size * 2.4, spot.size * 1.2,
        {alpha: seen * 0.95 * Math.min(1, Math.cos(a) + 0.25)});
    }
    ctx.globalCompositeOperation = "source-over";
    show.draw(light, t);
    stamp(ctx, show.parts.get("icon"), x, y, u * 26, u * 26, {turn: Math.sin(t * 1.6) * 0.05});
  },
};
