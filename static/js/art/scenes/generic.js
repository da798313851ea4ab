// A scene for a dear gift that has no storyboard: spotlights from both upper corners meet low on the stage,
// where the gift rises with light.
import {TAU, easeIn, easeInOut, easeOut, envelope, lerp, overshoot, span, stamp} from "../kit.js";
import {PALETTE, PARTY, WARM} from "../palette.js";
import {beam, sprite} from "../sprites.js";

export const generic = {
  durationS: 7,
  build(show) {
    const {u, w, h, random} = show;
    const dust = show.field(true);
    const foil = show.field();
    const x = w / 2;
    const y = Math.min(h * 0.74, show.floor - u * 19);
    for (let i = 0; i < 130; i += 1) dust.add({at: random(0.6, 5.2), x: x + random(-1, 1) * u * 34,
      y: h * random(0.6, 1), vx: u * random(-2, 2), vy: -u * random(2, 9), life: random(0.8, 1.8),
      size: u * random(0.6, 2.2), twinkle: 9, color: WARM[i % 5]});
    for (let i = 0; i < 110; i += 1) {
      const side = i % 2 ? 1 : -1;
      foil.add({at: 1.5 + random(0, 0.6), x: side > 0 ? -u * 2 : w + u * 2, y: h * random(0.82, 1),
        vx: side * w * random(0.15, 0.62), vy: -h * random(0.22, 0.5), gravity: h * 0.42, drag: 0.9,
        life: random(2, 3.6), size: u * random(1.6, 3), turn: random(0, TAU), spin: random(-9, 9), kind: "foil",
        color: PARTY[i % PARTY.length]});
    }
    return {dust, foil, x, y};
  },
  draw(show, {dust, foil, x, y}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.7, 5.9, 7);
    show.edges(0.8 * seen);
    ctx.globalCompositeOperation = "lighter";
    const close = easeInOut(span(t, 0.2, 1.5));
    for (const [i, side] of [-1, 1, -1, 1].entries()) {
      const from = side < 0 ? -u * 4 : w + u * 4;
      const aim = Math.atan2(y - -u * 10, x - from) - Math.PI / 2 + side * (1 - close) * 0.5 +
        Math.sin(t * 0.9 + i * 2) * 0.05 + (i > 1 ? side * 0.16 : 0);
      ctx.save();
      ctx.translate(from, -u * 10);
      ctx.rotate(aim);
      ctx.globalAlpha = (i > 1 ? 0.4 : 0.7) * seen;
      const long = Math.hypot(w / 2, h) * 1.06;
      ctx.drawImage(beam(i > 1 ? PALETTE.rose : PALETTE.amber), -u * 20, 0, u * 40, long);
      ctx.restore();
    }
    stamp(ctx, sprite("haze", PALETTE.amber), x, y, u * 110, u * 60, {alpha: seen * 0.9});
    stamp(ctx, sprite("haze", PALETTE.rose), x, h * 0.95, u * 150, u * 26, {alpha: seen * 0.8});
    const rays = envelope(t, 1.3, 2, 5.2, 6.2);
    for (let i = 0; i < 12; i += 1) {
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate((i * TAU) / 12 + t * 0.16);
      ctx.globalAlpha = rays * (i % 2 ? 0.22 : 0.34);
      ctx.drawImage(beam(PALETTE.gold), -u * 3, u * 5, u * 6, u * (i % 2 ? 22 : 28));
      ctx.restore();
    }
    ctx.globalCompositeOperation = "source-over";
    show.draw(dust, t);
    const rise = overshoot(span(t, 0.9, 1.6));
    const size = u * 34 * lerp(0.5, 1, rise) * (1 - 0.4 * easeIn(span(t, 6, 6.8)));
    stamp(ctx, show.parts.get("icon"), x, lerp(h + size, y, easeOut(span(t, 0.7, 1.6))) +
      Math.sin(t * 2.2) * u * 0.6, size, size, {alpha: 1 - span(t, 6.1, 6.8), turn: Math.sin(t * 1.4) * 0.04});
    show.draw(foil, t);
  },
};
