// Magic Hat: the wand taps it, and out of it come a rabbit, doves and silks without end.
import {TAU, clamp, easeIn, easeInOut, easeOut, envelope, lerp, overshoot, path, span, stamp} from "../kit.js";
import {PALETTE, PARTY} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, e, glint, lin, p, r, rad, s} from "../vector.js";

const FELT = [lin("felt", "#5b5f86 #23264a@40 #0a0b1c", 0, 0, 1, 0.3), lin("brim", "#7d81ab #363a66@50 #10112a", 0.1, 0, 0.8, 1),
  rad("hole", "#7d4bff #2b1464@60 #0a0620", 0.5, 0.6, 0.6), lin("band", "#ff8199 #ff4d6d@40 #8f0d3a", 0, 0, 1, 0.2)];
const HAT_BACK = drawing(FELT, e(50, 22, 46, 11.6, "~brim") + e(50, 20.8, 46, 10.6, "#8d92bf", 'opacity=".3"') +
  e(50, 21.6, 33, 7.4, "~hole"), 100, 90);
// Of the brim only the front half: what comes out of the hat stands between the two.
const HAT_FRONT = drawing(FELT, p("M17.4 22C17.4 26 32 29.2 50 29.2C68 29.2 82.6 26 82.6 22C88 22 96 22 96 22C96 28.4 75.4 33.6 50 33.6C24.6 33.6 4 28.4 4 22Z",
  "~brim") + p("M4.6 24C8 29.6 27 33 50 33C73 33 92 29.6 95.4 24C94 30.6 74 34.6 50 34.6C26 34.6 6 30.6 4.6 24Z", "#05060f",
  'opacity=".5"') + p("M18 32.4L27 80C35 87 65 87 73 80L82 32.4C73 35 27 35 18 32.4Z", "~felt") +
  p("M24.4 66L26.8 79C35 87 65 87 73.2 79L75.6 66C66 73 34 73 24.4 66Z", "~band") +
  p("M23 34L32 81.6L37.4 83.4L30.4 34.8Z", "#fff", 'opacity=".28"') + s("M6 24C16 30.4 34 32.4 50 32.4", "#aeb3dd", 0.9,
  'opacity=".8"') + glint(74, 46, 5, "#fff", 'opacity=".7"'), 100, 90);

const FUR = [rad("fur", "#ffffff #f4f0fb@55 #b9acd0", 0.4, 0.28, 0.85), lin("ear", "#ffffff #e3d9f0", 0, 0, 1, 0.4),
  lin("pink", "#ffc2d6 #f0709a"), lin("bow", "#ff8199 #ff4d6d@45 #9b0f3a")];
const EAR = drawing(FUR, p("M14 62C3 46 2 16 13 2C25 14 27 46 22 62Z", "~ear") + p("M15.4 56C9.4 42 9 22 13.6 11C19.6 22 21 42 19.4 56Z",
  "~pink") + s("M6.4 24C7 14 9 8 12 5", "#fff", 1.4), 28, 64);
const RABBIT = drawing(FUR, e(36, 74, 23, 26, "~fur") + e(36, 30, 25, 22, "~fur") + e(20.6, 38.6, 6, 3.8, "#ff8fb0", 'opacity=".5"') +
  e(51.4, 38.6, 6, 3.8, "#ff8fb0", 'opacity=".5"') + e(27, 27, 4, 5.4, "#2b1a3d") + e(45, 27, 4, 5.4, "#2b1a3d") +
  c(28.4, 24.6, 1.7, "#fff") + c(46.4, 24.6, 1.7, "#fff") + c(25.8, 29.6, 0.8, "#fff", 'opacity=".8"') +
  c(43.8, 29.6, 0.8, "#fff", 'opacity=".8"') + p("M32.4 34.6C33 32.4 39 32.4 39.6 34.6C39.6 37 37.4 38.6 36 38.6C34.6 38.6 32.4 37 32.4 34.6Z",
  "~pink") + s("M36 38.6V41M36 41C34.4 44 30.6 43.8 29.6 41.6M36 41C37.6 44 41.4 43.8 42.4 41.6", "#6d5a86", 1.3) +
  r(33.6, 42.2, 4.8, 5, 1.2, "#fff", 'stroke="#cfc4e2" stroke-width=".5"') +
  s("M17 35L4 32.4M17 38L3.6 39.4M55 35L68 32.4M55 38L68.4 39.4", "#d9d0ea", 0.8) +
  p("M34 54C27 48 18 48 17 53C16.6 58.6 26 62 34 57.6Z", "~bow") + p("M38 54C45 48 54 48 55 53C55.4 58.6 46 62 38 57.6Z", "~bow") +
  r(32.4, 51.6, 7.2, 7.4, 2.6, "#ff9db0"), 72, 100);
const PAW = drawing(FUR, p("M4 22C0 12 4 3 11 3C18 3 22 12 18 22Z", "~fur") + s("M8.4 6V11M13.6 6V11", "#c9bddd", 1), 22, 24);
const WAND = drawing([lin("stick", "#3a3d5c #14152a@50 #3a3d5c", 0, 0, 0, 1)], r(12, 6, 60, 6, 3, "~stick") + r(2, 5.4, 14, 7.2, 3.4, "#fff") +
  r(62, 5.4, 14, 7.2, 3.4, "#fff") + r(18, 7, 40, 1.2, 0.6, "#fff", 'opacity=".5"'), 78, 18);
const DOVE = [lin("dove", "#ffffff #eef3ff@60 #b4c3e6", 0, 0, 0.3, 1)];
const DOVE_BODY = drawing(DOVE, p("M4 30C14 22 24 18 34 20C38 12 48 10 53 16L60 18.6L54 21C53 30 44 37 33 37C24 37 18 33 4 36C8 34 8 32 4 30Z",
  "~dove") + c(50, 16.6, 1.2, "#1d2440") + p("M54 17L60.6 18.6L54.4 20.6Z", PALETTE.amber), 64, 44);
const DOVE_WING = drawing(DOVE, p("M24 34C16 24 10 10 12 2C18 6 20 8 22 6C26 10 27 10 30 8C34 14 40 24 40 34Z", "~dove") +
  s("M18 10C20 18 24 26 28 32M24 10C26 18 30 26 33 32", "#c3d0ee", 1), 52, 36);

const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;
const TAP_S = 0.85;
const IN_S = 3.9;

export const magicHat = {
  durationS: 5,
  parts: (view) => Object.fromEntries([["back", HAT_BACK, 34], ["front", HAT_FRONT, 34], ["rabbit", RABBIT, 20], ["ear", EAR, 8],
    ["paw", PAW, 6], ["wand", WAND, 22], ["dove", DOVE_BODY, 14], ["wing", DOVE_WING, 12]].map(([name, art, wide]) =>
    [name, {art, width: unit(view) * wide}])),
  build(show) {
    const {u, h, w, random} = show;
    const light = show.field(true);
    const foil = show.field();
    const x = w / 2;
    const foot = Math.min(h * 0.97, show.floor - u);
    const mouth = foot - u * 23;
    for (let i = 0; i < 150; i += 1) {
      const lean = random(-1, 1);
      const course = {at: TAP_S + 0.1 + (i / 150) ** 1.6 * 2.6, x: x + lean * u * 9, y: mouth, vx: lean * w * random(0.16, 0.46),
        vy: -u * random(16, 46), gravity: u * 42, drag: 0.4, life: random(1, 1.9)};
      if (i % 4 === 0) foil.add({...course, size: u * random(2, 3.4), spin: random(-9, 9), kind: "foil", color: PARTY[i % 6]});
      else light.add({...course, size: u * random(1.6, 4.6), grow: 0.4, twinkle: 14, spin: random(-3, 3),
        kind: i % 2 ? "star" : "glow", color: PARTY[(i * 5) % 6]});
    }
    for (let i = 0; i < 34; i += 1) foil.add({at: TAP_S + 0.06 + random(0, 0.16), x: x + random(-1, 1) * u * 9, y: mouth + u,
      vx: random(-1, 1) * u * 22, vy: -u * random(4, 20), drag: 1.8, life: random(0.7, 1.3), size: u * random(5, 9), grow: 2,
      alpha: 0.7, kind: "smoke", color: i % 2 ? "#d9c8ff" : "#ffffff"});
    const doves = Array.from({length: 4}, (_, i) => ({begin: 1.5 + i * 0.3, side: i % 2 ? 1 : -1, high: h * random(0.36, 0.5),
      far: random(0.42, 0.56) * w, size: u * random(12, 15), phase: random(0, TAU)}));
    return {light, foil, x, foot, mouth, doves};
  },
  draw(show, state, t) {
    const {ctx, u, h} = show;
    const {light, foil, x, foot, mouth, doves} = state;
    const seen = envelope(t, 0.6, 1.1, 3.9, 4.7);
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.violet), x, mouth, u * 110, u * 50, {alpha: seen * 0.85});
    stamp(ctx, sprite("haze", PALETTE.gold), x, mouth, u * 46, u * 30, {alpha: seen * (0.6 + 0.2 * Math.sin(t * 7))});
    ctx.globalCompositeOperation = "source-over";
    const k = span(t, 0, 0.5);
    const drop = (1 - easeOut(k)) * h * 0.34 - Math.sin(k * Math.PI) * u * 7 + easeIn(span(t, 4.4, 5)) * h * 0.4;
    const kick = Math.sin(span(t, TAP_S, TAP_S + 0.4) * Math.PI) - Math.sin(span(t, IN_S + 0.2, IN_S + 0.5) * Math.PI);
    // Behind the rabbit: whoever sits in the hat is not covered by what flies out of it.
    for (const dove of doves) fly(show, dove, x, mouth, t);
    ctx.save();
    ctx.translate(x, foot + drop);
    ctx.scale(1 + kick * 0.06, 1 - kick * 0.08);
    ctx.rotate(Math.sin(t * 3) * 0.02);
    const wide = u * 34;
    const tall = wide * 0.9;
    stamp(ctx, show.parts.get("back"), 0, -tall / 2, wide, tall);
    silks(show, t, -tall + tall * 0.25);
    rabbit(show, t, -tall + tall * 0.25);
    stamp(ctx, show.parts.get("front"), 0, -tall / 2, wide, tall);
    paws(show, t, -tall + tall * 0.25);
    ctx.restore();
    show.draw(light, t);
    show.draw(foil, t);
    tap(show, x, mouth, t);
  },
};

/** How far out the rabbit is: its ears first, then all of it; it ducks, and comes back for a last look. */
function outAt(t) {
  const peek = 0.34 * easeOut(span(t, 1, 1.2));
  const up = 0.66 * overshoot(span(t, 1.45, 1.85));
  return (peek + up) * (1 - easeIn(span(t, IN_S - 0.25, IN_S)));
}

/** Wherever its paws hold on, it is seen only above the front edge of the hat. */
function rabbit(show, t, mouth) {
  const out = outAt(t);
  if (out <= 0.01) return;
  const {ctx, u, parts} = show;
  const wide = u * 18;
  const tall = wide * (100 / 72);
  ctx.save();
  ctx.beginPath();
  ctx.rect(-u * 20, mouth - u * 60, u * 40, u * 60);
  ctx.ellipse(0, mouth, u * 11.2, u * 2.5, 0, 0, Math.PI);
  ctx.clip();
  const look = Math.sin(span(t, 2, 3.6) * TAU) * 0.12;
  ctx.translate(0, mouth + tall * (1 - 0.78 * out));
  ctx.rotate(look * 0.6);
  for (const side of [-1, 1]) {
    const flop = side * 0.16 + Math.sin(t * 9 + side) * 0.07 + Math.sin(span(t, 2.5, 2.9) * Math.PI) * 0.5 * (side > 0 ? 1 : 0.1);
    ctx.save();
    ctx.translate(side * wide * 0.16, -tall * 0.86);
    ctx.rotate(flop);
    stamp(ctx, parts.get("ear"), 0, -u * 6.6, u * 6.6, u * 15);
    ctx.restore();
  }
  stamp(ctx, parts.get("rabbit"), look * u * 6, -tall / 2, wide, tall);
  ctx.restore();
}

/** Its paws lie on the brim, in front; one of them waves. */
function paws(show, t, mouth) {
  const out = clamp((outAt(t) - 0.5) * 2);
  if (out <= 0) return;
  const {ctx, u, parts} = show;
  const wave = envelope(t, 2.1, 2.3, 3.3, 3.5);
  for (const side of [-1, 1]) {
    const up = side > 0 ? wave : 0;
    stamp(ctx, parts.get("paw"), side * u * (7 + up * 4), mouth + u * (2.6 - up * 11) + (1 - out) * u * 5, u * 5.4, u * 5.9,
      {turn: up * (0.5 + Math.sin(t * 16) * 0.35), alpha: out});
  }
}

/** Two silks shoot out to both sides, knotted of every colour, and fall. */
function silks(show, t, mouth) {
  const {ctx, u, w} = show;
  const long = span(t, 1.9, 2.9);
  if (long <= 0 || t > 4.5) return;
  const fall = easeIn(span(t, 3.2, 4.5));
  ctx.save();
  ctx.globalAlpha = 1 - span(t, 3.9, 4.5);
  const steps = 44;
  for (const side of [-1, 1]) {
    const reach = Math.min(w * 0.46, u * 74) * easeOut(long);
    const at = (i) => {
      const k = i / steps;
      return [side * (u * 4 + reach * k), mouth - Math.sin(k * Math.PI * 0.9) * u * 22 * (1 - fall) + k * k * u * 16 +
        Math.sin(k * 11 - t * 7) * u * 1.5 * k + fall * u * 34 * k];
    };
    for (let i = 0; i < steps; i += 1) {
      const [ax, ay] = at(i);
      const [bx, by] = at(i + 1.15);
      const half = u * (1 + 0.9 * Math.abs(Math.sin((i / steps) * Math.PI * 6)));
      ctx.fillStyle = PARTY[Math.floor((i / steps) * 6) % 6];
      ctx.beginPath();
      ctx.moveTo(ax, ay - half);
      ctx.lineTo(bx, by - half);
      ctx.lineTo(bx, by + half);
      ctx.lineTo(ax, ay + half);
      ctx.fill();
      ctx.fillStyle = `rgba(255,255,255,${0.28 + 0.24 * Math.sin(i * 0.9 - t * 7)})`;
      ctx.fillRect(Math.min(ax, bx), (ay + by) / 2 - half * 0.7, Math.abs(bx - ax), half * 0.6);
    }
  }
  ctx.restore();
}

/** A dove: out of the hat in an arc, then away to its side, its wings beating. */
function fly({ctx, u, parts}, {begin, side, high, far, size, phase}, x, mouth, t) {
  const k = span(t, begin, begin + 1.9);
  if (k <= 0 || k >= 1) return;
  const beat = Math.sin(t * 19 + phase);
  ctx.save();
  ctx.globalAlpha = envelope(k, 0, 0.06, 0.8, 1);
  ctx.translate(x + side * far * easeInOut(k), lerp(mouth, high, easeOut(k)) - beat * u * 0.8);
  ctx.scale(side * lerp(0.5, 1, easeOut(span(k, 0, 0.3))), lerp(0.5, 1, easeOut(span(k, 0, 0.3))));
  ctx.rotate(-0.5 * (1 - k));
  stamp(ctx, parts.get("dove"), 0, 0, size, (size * 44) / 64);
  ctx.translate(-size * 0.04, -size * 0.04);
  ctx.scale(1, 0.25 + 0.85 * beat);
  stamp(ctx, parts.get("wing"), -size * 0.02, -size * 0.24, size * 0.76, size * 0.53);
  ctx.restore();
}

const RAY = path("M0 -1L0.14 -0.14L1 0L0.14 0.14L0 1L-0.14 0.14L-1 0L-0.14 -0.14Z");

/** The wand swings in, taps the brim, and swings out; where it taps, a star bursts. */
function tap(show, x, mouth, t) {
  const {ctx, u, parts} = show;
  const come = easeOut(span(t, 0.35, TAP_S - 0.1));
  const gone = easeIn(span(t, TAP_S + 0.2, TAP_S + 0.6));
  const seen = span(t, 0.35, 0.5) * (1 - span(gone, 0.5, 1));
  const knock = Math.sin(span(t, TAP_S - 0.12, TAP_S + 0.14) * Math.PI);
  const tipX = x + u * (10 + (1 - come) * 26 + gone * 30);
  const tipY = mouth - u * (5 + (1 - come) * 16 + gone * 20) + knock * u * 4.4;
  ctx.save();
  ctx.translate(tipX, tipY);
  ctx.rotate(-0.62 + knock * 0.26 - gone * 0.7);
  stamp(ctx, parts.get("wand"), u * 10.6, 0, u * 22, u * 5.1, {alpha: seen});
  ctx.restore();
  const burst = span(t, TAP_S, TAP_S + 0.45);
  if (burst <= 0 || burst >= 1) return;
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  ctx.translate(tipX - u, mouth - u);
  ctx.rotate(burst * 0.8);
  ctx.scale(u * 13 * easeOut(burst), u * 13 * easeOut(burst));
  ctx.globalAlpha = 1 - burst;
  ctx.fillStyle = "#fff3cf";
  ctx.fill(RAY);
  ctx.restore();
}
