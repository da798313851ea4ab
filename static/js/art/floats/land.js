// The crown comes down from above and lands, one on top of the other, with a ring of light.
import {TAU, easeIn, easeOut, lerp, span, stamp} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {sprite} from "../sprites.js";
import {floating} from "./frame.js";

/** The part of its life that it falls for. */
const FALL = 0.26;
const BOUNCES = [[FALL, FALL + 0.13, 5], [FALL + 0.13, FALL + 0.2, 1.6]];

/** Where it lies in the end: crowns that come together make a pile, and one pile is seldom on another. */
function bed(one, {u, h, seed}) {
  const size = u * (one.many > 1 ? 10 : 14);
  const shift = (Number(seed) || 0) % 7;
  return {x: u * (10 + shift) + Math.sin(one.phase) * u * 0.8, y: h * 0.5 - one.i * size * 0.36, size};
}

export const land = floating({
  colors: [PALETTE.gold, "#fff3cf", PALETTE.amber],
  pose(k, one, show) {
    const {u} = show;
    const {x, y, size} = bed(one, show);
    const jump = BOUNCES.reduce((sum, [from, to, high]) => sum + Math.sin(span(k, from, to) * Math.PI) * high * u, 0);
    const hit = Math.exp(-Math.abs(k - FALL - 0.01) * 60);
    const scale = size / one.size;
    return {x, y: lerp(-size, y, easeIn(span(k, 0, FALL)) * 0.6 + span(k, 0, FALL) * 0.4) - jump -
      easeOut(span(k, 0.86, 1)) * u * 8, turn: Math.sin(one.phase) * 0.5 * (1 - span(k, 0, FALL + 0.12)),
      wide: scale * (1 + hit * 0.2), tall: scale * (1 - hit * 0.22)};
  },
  dress(field, one, show) {
    const {u, random} = show;
    const {x, y, size} = bed(one, show);
    for (let j = 0; j < 30 / Math.sqrt(one.many); j += 1) {
      const a = random(-0.9, 0.3) * Math.PI;
      const speed = u * random(10, 34);
      field.add({at: one.begin + FALL * one.life, x: show.fromStart(x), y: y + size * 0.36, vx: Math.cos(a) * speed * 1.4,
        vy: Math.sin(a) * speed * 0.6, gravity: u * 20, drag: 2, life: random(0.6, 1.2), size: u * random(1.2, 3),
        grow: 0.3, kind: j % 2 ? "star" : "glow", color: WARM[j % WARM.length]});
    }
  },
  under(show, one, at, k) {
    const {ctx, u} = show;
    const {x, y, size} = bed(one, show);
    const ring = span(k, FALL, FALL + 0.24);
    const floor = y + size * 0.4;
    ctx.save();
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.gold), show.fromStart(x), floor, size * 3, size * 1.1,
      {alpha: span(k, FALL - 0.04, FALL) * (1 - span(k, 0.7, 0.95)) * 0.8});
    if (ring > 0 && ring < 1) {
      ctx.globalAlpha = (1 - ring) * 0.9;
      ctx.strokeStyle = "#fff3cf";
      ctx.lineWidth = u * 0.5 * (1 - ring) + 0.5;
      ctx.beginPath();
      ctx.ellipse(show.fromStart(x), floor, size * (0.4 + ring * 1.2), size * (0.1 + ring * 0.3), 0, 0, TAU);
      ctx.stroke();
    }
    ctx.restore();
  },
});
