// The small tiers: an icon that hops in with a few sparks, an icon that floats up the edge with a trail.
import {TAU, clamp, easeOut, envelope, lerp, overshoot, span, stamp} from "./kit.js";
import {PARTY, WARM} from "./palette.js";

const FLOATERS_MAX = 7;

/** 1-9 coins: the ribbon is the page's; here the icon hops beside it and throws a few sparks. */
export const hop = {
  durationS: 1.5,
  build(show) {
    const {u, random} = show;
    const x = show.fromStart(u * (9 + random(0, 8)));
    const y = show.h * (0.56 + random(0, 0.06));
    const field = show.field(true);
    for (let i = 0; i < 14; i += 1) {
      const a = (i / 14) * TAU + random(0, 0.4);
      const speed = u * random(9, 22);
      field.add({at: 0.32, x, y, vx: Math.cos(a) * speed, vy: Math.sin(a) * speed - u * 4, gravity: u * 26,
        drag: 2.4, life: random(0.5, 0.95),
        size: u * random(1.4, 3.2), grow: 0.3, kind: i % 3 ? "glow" : "star", color: WARM[i % WARM.length]});
    }
    return {x, y, field, lean: random(-0.25, 0.25)};
  },
  draw(show, {x, y, field, lean}, t) {
    const {ctx, u} = show;
    const k = span(t, 0, 0.34);
    const jump = Math.sin(k * Math.PI) * u * 7 + Math.sin(span(t, 0.34, 0.62) * Math.PI) * u * 2;
    const landed = Math.sin(span(t, 0.3, 0.5) * Math.PI) * 0.16;
    show.draw(field, t);
    stamp(ctx, show.parts.get("icon"), x, y - jump - span(t, 1.1, 1.5) * u * 5, u * 9 * overshoot(k) * (1 + landed),
      u * 9 * overshoot(k) * (1 - landed),
      {turn: lean * (1 - k), alpha: envelope(t, 0, 0.12, 1.1, 1.5)});
  },
};

/** 10-99 coins: icons sway up the start side, each with a trail of light. */
export const float = {
  durationS: 3.5,
  build(show) {
    const {u, h, random} = show;
    const many = clamp(show.quantity, 1, FLOATERS_MAX);
    const trail = show.field(true);
    const floaters = Array.from({length: many}, (_, i) => {
      const begin = i * 0.24;
      const base = u * (7 + ((i * 5) % 11) + random(0, 2));
      const sway = u * random(2, 4.5);
      const speed = random(2.2, 3.4);
      const phase = random(0, TAU);
      const size = u * (many > 1 ? random(7, 10) : 12);
      const course = (k) => [
        show.fromStart(base + Math.sin(k * speed * 2 + phase) * sway * (0.3 + k)),
        lerp(h * 0.92, h * 0.2, easeOut(k) * 0.55 + k * 0.45)];
      const life = many > 1 ? 2.05 : 3.3;
      const grains = Math.floor(80 / Math.sqrt(many));
      for (let j = 0; j < grains; j += 1) {
        const k = (j + random(0, 1)) / grains;
        const [x, y] = course(k);
        const colors = random() > 0.5 ? WARM : PARTY;
        trail.add({at: begin + k * life, x: x + random(-1, 1) * size * 0.32, y: y + size * random(0.1, 0.5),
          vx: u * random(-2, 2), vy: u * random(1, 6), life: random(0.6, 1.5),
          size: u * random(1, 3.4), grow: 0.2, twinkle: random(8, 18), kind: random() > 0.62 ? "star" : "glow",
            color: colors[Math.floor(random(0, colors.length))]});
      }
      return {begin, life, course, size, lean: random(-0.3, 0.3), speed, phase};
    });
    return {floaters, trail};
  },
  draw(show, {floaters, trail}, t) {
    show.draw(trail, t);
    for (const one of floaters) {
      const k = span(t, one.begin, one.begin + one.life);
      if (k <= 0 || k >= 1) continue;
      const [x, y] = one.course(k);
      const size = one.size * overshoot(span(k, 0, 0.12)) * (1 - 0.25 * span(k, 0.8, 1));
      stamp(show.ctx, show.parts.get("icon"), x, y, size, size,
        {turn: Math.sin(k * one.speed * 3 + one.phase) * 0.22, alpha: envelope(k, 0, 0.05, 0.76, 1)});
    }
  },
};
