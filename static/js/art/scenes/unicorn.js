// Unicorn: gallops along the lower third on a rainbow that draws itself under the hooves, sparks where
// they touch.
import {TAU, easeIn, easeInOut, envelope, lerp, linear, radial, span, stamp, tint} from "../kit.js";
import {PALETTE, PARTY} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, e, lin, p, rad, s} from "../vector.js";
import {bone, hair, knee} from "./rig.js";

const COAT = [lin("coat", "#ffffff #fdf8ff@35 #dccbf2@68 #a88fce", 0.3, 0, 0.5, 1),
  lin("horn", "#fffbe6 #ffd166@45 #d98a1a", 1, 0, 0, 1), rad("cheek", "#ff8fc4/.55 #ff8fc4/0", 0.5, 0.5, 0.5),
  lin("ear", "#ffc4e2 #e88ac0")];
const BODY = "M20 78C18 62 31 55 48 58C62 61 76 62 86 57C94 51 100 41 106 31C109 25 112 21 116 19C117 22 117.6 24 118 25.6C124.6 29 131.4 37 137 46C140.4 50.4 140 54.4 136 56.4C132 58.4 128 57 125 54.4C121 54.4 118.6 55.6 116.6 58.6C114 68 112 77 107 85C101 95 84 97 68 95C52 97 46 98 36 97.4C26 96.6 20 90 20 78Z";
const HORSE = drawing(COAT, p("M117.6 29L137 1.6L124.4 33Z", "~horn") +
  s("M121 24.4L125.6 27.6M125.4 18L129.4 21M130 11.4L132.8 13.8", "#b3700f", 1.1, 'opacity=".75"') +
  p("M109 28C108 20 110 14 114.4 9.6C118 15 118.6 21 117.6 27Z", "~coat") +
  p("M111 26C110.8 20 112 16.4 114.2 13.6C116 17 116.4 21 115.8 25Z", "~ear") + p(BODY, "~coat") +
  s("M24 70C30 61.6 40 60.4 50 62.4C64 65 78 65 88 60C96 54 101.6 44 107.6 34", "#fff", 2.6, 'opacity=".95"') +
    p("M40 96.6C54 90 70 90 84 94.4C98 92 105 84 109 75C112 66 113 61 116 57C115 74 110 90 98 95C80 98 60 97 40 97.4Z",
    "#8f74bd", 'opacity=".3"') + s("M118.4 27.4C124 31 130 38.4 135.4 47", "#fff", 2, 'opacity=".9"') +
  p("M120.6 37C122 34 126.4 34.4 127.4 38C125.6 40.6 122 40.4 120.6 37Z", "#2b1650") + c(123.2, 36.2, 1, "#fff") +
    s("M119.6 35.4C122 32.8 126 33.2 128.4 36.4", "#2b1650", 1.2) + s("M119.8 35L117.8 33.4", "#2b1650", 1) +
    e(134.6, 49.4, 1.2, 1.8, "#8a5b9e", 'transform="rotate(-34 134.6 49.4)"') +
    s("M128.6 54.8C131.4 55.4 134 54.6 135.6 52.6", "#a57fbf", 1.1) + e(123, 46, 6, 4, "~cheek"), 150, 100);
const BANDS = ["#ff4d6d", "#ff9a4d", "#ffe066", "#4ade80", "#5ad1ff", "#9b7bff"];
const LOCKS = ["#ff6db0", "#b48cff", "#5ad1ff", "#ff9ac8", "#8a5bff", "#7fe0ff", "#ffd1ec"];
const STRIDE_S = 0.52;
const width = ({width: w, height: h}) => (Math.min(w, h * 1.1) / 100) * 46;

export const unicorn = {
  durationS: 8,
  parts: (view) => ({horse: {art: HORSE, width: width(view)}}),
  build(show) {
    const {u, w, h, random} = show;
    const flip = show.fromStart(0) ? -1 : 1;
    const big = u * 46;
    const level = Math.min(h * 0.88, show.floor - u * 8);
    const ground = (x) => level + Math.sin((x / w) * 4.6 + 0.4) * u * 3.4;
    const course = (t) => lerp(-big * 0.6, w + big * 0.7, span(t, 0.4, 6) * 0.86 +
      easeInOut(span(t, 0.4, 6)) * 0.14);
    const sparks = show.field(true);
    for (let step = 0; step < 22; step += 1) {
      const at = 0.4 + step * STRIDE_S * 0.5;
      const x = course(at) + big * (step % 2 ? 0.24 : -0.2);
      for (let i = 0; i < 18; i += 1) sparks.add({at, x: show.fromStart(x), y: ground(x),
        vx: flip * u * random(-26, 6), vy: -u * random(4, 26), gravity: u * 36, drag: 0.8, life: random(0.5, 1.2),
        size: u * random(1, 3), grow: 0.2, spin: random(-4, 4), kind: i % 2 ? "star" : "glow",
        color: PARTY[i % 6]});
    }
    for (let i = 0; i < 240; i += 1) {
      const at = 0.5 + (i / 240) * 6.2;
      const x = course(at) - random(0, w * 0.5);
      sparks.add({at, x: show.fromStart(x), y: ground(x) - u * random(-3, 18) * random(), vx: random(-1, 1) * u * 2,
        vy: -u * random(0, 5), life: random(0.6, 1.6), size: u * random(0.6, 2.6), twinkle: random(6, 14),
        kind: i % 3 ? "glow" : "star", color: BANDS[i % 6]});
    }
    return {flip, big, ground, course, sparks};
  },
  draw(show, state, t) {
    const {ctx, u, w} = show;
    const {flip, big, ground, course, sparks} = state;
    const seen = envelope(t, 0, 0.6, 6.8, 8);
    show.edges(0.5 * seen, "#1a0b38");
    const x = course(t);
    ctx.save();
    if (flip < 0) {
      ctx.translate(w, 0);
      ctx.scale(-1, 1);
    }
    rainbow(show, state, t, x + big * 0.3);
    const pace = (t / STRIDE_S) * TAU;
    const y = ground(x) - big * 0.335 + Math.sin(pace) * u * 1.1;
    if (x < w + big) {
      ctx.globalCompositeOperation = "lighter";
      stamp(ctx, sprite("haze", "#d98cff"), x, y, big * 1.7, big * 1.3, {alpha: 0.6 * seen});
      ctx.globalCompositeOperation = "source-over";
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate(Math.sin(pace + 0.9) * 0.07);
      ctx.scale(big / 150, big / 150);
      ctx.translate(-75, -62);
      gallop(ctx, show.parts.get("horse"), t, pace);
      ctx.restore();
    }
    ctx.restore();
    show.draw(sparks, t);
  },
};

/** The rainbow: six bands that reach as far as the front hooves, fading from where they began. */
function rainbow(show, {ground}, t, front) {
  const {ctx, u, w} = show;
  const end = Math.min(front, w + u * 4);
  const start = lerp(-u * 4, w + u * 8, easeIn(span(t, 5.2, 7.6)));
  if (end <= start) return;
  const step = Math.max(10, w / 80);
  for (const [wide, alpha, lift] of [[u * 12, 0.16, u * 4], [0, 0.95, 0]]) {
    ctx.globalCompositeOperation = wide ? "lighter" : "source-over";
    for (const [i, color] of BANDS.entries()) {
      if (wide && i !== 2) continue;
      ctx.beginPath();
      for (let x = start; x <= end + step; x += step) ctx.lineTo(Math.min(x, end), ground(Math.min(x, end)) +
        u * 0.7 + i * u * 1.12 + lift * 0.6);
      ctx.lineWidth = wide || u * 1.3;
      ctx.strokeStyle = linear(ctx, start, 0, end, 0, [[0, tint(color, 0)],
        [Math.min(0.3, (u * 30) / (end - start)), tint(color, alpha * 0.8)], [0.86, tint(color, alpha)],
        [0.95, tint("#ffffff", alpha * 0.8)], [1, tint("#ffffff", 0)]]);
      ctx.stroke();
    }
  }
  ctx.globalCompositeOperation = "source-over";
}

/** The animal in its drawing's own units: far legs, tail, body, mane, near legs. */
function gallop(ctx, horse, t, pace) {
  leg(ctx, 40, 84, pace + 2.6, -1, true);
  leg(ctx, 100, 86, pace + 0.9, 1, true);
  for (let i = 0; i < 7; i += 1) hair(ctx, 24, 68 + i * 1.4, Math.PI - 0.35 + i * 0.14, 46 - Math.abs(i - 3) * 4, 5,
    t * 9 + i * 0.5, LOCKS[i]);
  leg(ctx, 36, 84, pace + 1.8, -1, false);
  leg(ctx, 104, 84, pace + 0.1, 1, false);
  ctx.drawImage(horse, 0, 0, 150, 100);
  for (let i = 0; i < 9; i += 1) {
    const k = i / 8;
    hair(ctx, lerp(114, 88, k), lerp(22, 58, k), Math.PI - 0.1 + Math.sin(i) * 0.2, 30 + (i % 3) * 6, 4.6, t * 9.6 +
      i * 0.7, LOCKS[i % 7]);
  }
  hair(ctx, 116, 25, Math.PI + 0.5, 20, 3.4, t * 10, LOCKS[0]);
  hair(ctx, 117, 26, Math.PI - 0.2, 18, 3, t * 10 + 1, LOCKS[2]);
}

/** One leg at a moment of its stride: the foot reaches forward, strikes, pushes off and is gathered. */
function leg(ctx, x, y, phase, bend, far) {
  const reach = Math.cos(phase) * 27 + bend * 4;
  const lift = Math.max(0, Math.sin(phase)) * 20;
  const [kx, ky, fx, fy] = knee(x, y, x + reach, y + 42 - lift, 23, 24, bend > 0 ? -1 : 1);
  const paint = far ? "#a893cf" : linear(ctx, x - 8, y - 8, x + 14, y + 40,
    [[0, "#ffffff"], [0.5, "#eee2fb"], [1, "#bfa8e0"]]);
  bone(ctx, x, y, kx, ky, far ? 8 : 9.6, 4.4, paint);
  bone(ctx, kx, ky, fx, fy, 4.3, 2.9, paint);
  ctx.fillStyle = far ? "#b3851f" : radial(ctx, fx - 1, fy - 1, 6, [[0, "#fff6cf"], [1, PALETTE.amber]]);
  const way = Math.atan2(fy - ky, fx - kx);
  ctx.save();
  ctx.translate(fx, fy);
  ctx.rotate(way - Math.PI / 2);
  ctx.beginPath();
  ctx.moveTo(-3, -2);
  ctx.lineTo(3, -2);
  ctx.lineTo(4.6, 5);
  ctx.lineTo(-4.6, 5);
  ctx.fill();
  ctx.restore();
}
