// Sunglasses: the sun goes down behind an evening road of light, palms lean in, and the glasses come down on
// an unseen nose; in their lenses the evening drives past.
import {TAU, clamp, easeIn, easeInOut, easeOut, envelope, lerp, linear, overshoot, path, radial, span, stamp, tint} from "../kit.js";
import {PALETTE} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, lin, p, s} from "../vector.js";

// Half of a pair of 160 units' width, and the bridge between them.
const LENS_L = "M10 16C10 9 18 7 34 7C54 7 69 8.6 70.4 16.4C71.4 33 63 56 40 56C18 56 10 38 10 16Z";
const LENS_R = "M150 16C150 9 142 7 126 7C106 7 91 8.6 89.6 16.4C88.6 33 97 56 120 56C142 56 150 38 150 16Z";
const WIDE = 160;
const TALL = 64;
const EDGE = 'stroke="#10111b" stroke-width="7.4" stroke-linejoin="round"';
const GLOSS = 'stroke="#8f95b8" stroke-width="1.5" stroke-linejoin="round" opacity=".9"';
const FRAME = drawing([lin("frame", "#4a4f6e #14151f@45 #05060c"), lin("gold", "#fff1b8 #ffc145@50 #b8720e", 0, 0, 1, 0)],
  s("M68 17C74 9.6 86 9.6 92 17", "#10111b", 7) + s("M69 14.6C74.6 8.4 85.4 8.4 91 14.6", "#8f95b8", 1.3, 'opacity=".8"') +
  s("M9 14L2 9.4M151 14L158 9.4", "#10111b", 8) + p(LENS_L, "none", EDGE) + p(LENS_R, "none", EDGE) +
  p("M8 14C9 7 18 5.2 34 5.2C50 5.2 64 6.4 70 11M152 14C151 7 142 5.2 126 5.2C110 5.2 96 6.4 90 11", "none", GLOSS) +
  c(11, 12, 2.2, "~gold") + c(149, 12, 2.2, "~gold"), WIDE, TALL);
const FROND = "M0 0C14 -16 38 -20 58 -6C42 -10 26 -8 14 -2C30 -2 44 6 50 20C38 8 22 2 4 4Z";
const PALM = drawing([lin("trunk", "#2a0f3d #0d0518", 0, 0, 1, 0)],
  p("M58 150C60 112 56 78 48 46L55 44C66 76 72 112 72 150Z", "~trunk") +
  [-14, 28, 74, 152, 200, 244].map((turn) => p(FROND, "#0d0518", `transform="translate(51 44) rotate(${turn}) scale(${turn > 90 && turn < 270 ? "1 -1" : "1 1"})"`)).join("") +
  c(49, 49, 4, "#1d0b2c") + c(56, 50, 4, "#1d0b2c"), 116, 150);

const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;
const LENSES = `${LENS_L}${LENS_R}`;
const LANDS_S = 1.25;

export const sunglasses = {
  durationS: 5,
  parts: (view) => ({frame: {art: FRAME, width: unit(view) * 66}, palm: {art: PALM, width: unit(view) * 34}}),
  build(show) {
    const {u, w, h, random} = show;
    const light = show.field(true);
    const x = w / 2;
    const y = Math.min(h * 0.82, show.floor - u * 13);
    for (let i = 0; i < 80; i += 1) {
      const side = i % 2 ? 1 : -1;
      light.add({at: LANDS_S + random(0, 0.2), x: x + side * u * random(6, 32), y: y + u * random(-4, 8),
        vx: side * u * random(10, 70), vy: -u * random(4, 30), gravity: u * 26, drag: 1.6, life: random(0.8, 2),
        size: u * random(1, 3), grow: 0.3, twinkle: 12, kind: i % 3 ? "glow" : "star",
        color: [PALETTE.amber, PALETTE.rose, PALETTE.gold][i % 3]});
    }
    for (let i = 0; i < 40; i += 1) light.add({at: random(0.4, 3.8), x: random(0, w), y: h * random(0.68, 1),
      vy: -u * random(2, 8), life: random(0.8, 1.6), size: u * random(0.6, 1.8), twinkle: 9, color: i % 2 ? PALETTE.amber : "#ff8fd0"});
    return {light, x, y, level: Math.min(h * 0.84, show.floor - u * 9)};
  },
  draw(show, state, t) {
    const {light, x, y} = state;
    evening(show, state, t);
    palms(show, state, t);
    const {u, h} = show;
    const drop = easeIn(span(t, 0.6, LANDS_S)) + Math.sin(span(t, LANDS_S, LANDS_S + 0.3) * Math.PI) * -0.07;
    // A look over the rim.
    const look = envelope(t, 2.5, 2.8, 3.2, 3.5);
    const place = {x, y: lerp(-u * 30, y, drop) + look * u * 4.4 + easeIn(span(t, 4.35, 5)) * h * 0.4, size: u * 66,
      turn: (1 - drop) * -0.22 + look * 0.05 + Math.sin(t * 2.2) * 0.012};
    glasses(show, place, t);
    show.draw(light, t);
    glint(show, place, t);
  },
};

/** The sun with its bars, and the road of light that runs towards the viewer. */
function evening(show, {x, level}, t) {
  const {ctx, u, w, h} = show;
  const seen = envelope(t, 0, 0.5, 4.3, 5);
  ctx.fillStyle = linear(ctx, 0, level - u * 34, 0, h, [[0, tint("#3a0f5c", 0)], [0.5, tint("#7a1f72", 0.42 * seen)],
    [0.72, tint("#1a0838", 0.72 * seen)], [1, tint("#0a0420", 0.82 * seen)]]);
  ctx.fillRect(0, level - u * 34, w, h);
  const rise = easeOut(span(t, 0.05, 0.9)) * (1 - easeIn(span(t, 4.2, 5)));
  const r = u * 25;
  const sunY = level + r * (1.1 - rise * 1.05);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, 0, w, level);
  ctx.clip();
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("haze", PALETTE.rose), x, sunY, r * 5, r * 3.4, {alpha: 0.75 * seen});
  ctx.globalCompositeOperation = "source-over";
  ctx.globalAlpha = seen;
  // Between its bars the evening shows: it is drawn in strips, thinner towards its foot.
  for (let i = 0; i < 12; i += 1) {
    const top = sunY - r + (i / 12) * 2 * r;
    const gap = i > 1 ? (i - 1) * r * 0.02 : 0;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x - r, top + gap, r * 2, r / 6 - gap + 0.6);
    ctx.clip();
    ctx.fillStyle = linear(ctx, 0, sunY - r, 0, sunY, [[0, "#ffe27a"], [0.4, "#ffa04d"], [0.75, "#ff4d83"], [1, "#d02aa0"]]);
    ctx.beginPath();
    ctx.arc(x, sunY, r, 0, TAU);
    ctx.fill();
    ctx.restore();
  }
  ctx.restore();
  road(show, x, level, t, seen);
}

function road({ctx, u, w, h}, x, level, t, seen) {
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  ctx.strokeStyle = tint("#ff4dc4", 0.5 * seen);
  ctx.lineWidth = u * 0.22;
  ctx.beginPath();
  for (let i = -14; i <= 14; i += 1) {
    ctx.moveTo(x + i * w * 0.045, level);
    ctx.lineTo(x + i * w * 0.2, h);
  }
  ctx.stroke();
  for (let i = 0; i < 9; i += 1) {
    const near = ((i + t * 1.6) % 9) / 9;
    const y = level + (h - level) * near * near;
    ctx.globalAlpha = near * seen;
    ctx.fillStyle = "#ff6fd0";
    ctx.fillRect(0, y, w, u * (0.12 + near * 0.35));
  }
  ctx.globalAlpha = seen;
  ctx.fillStyle = linear(ctx, 0, level - u, 0, level + u, [[0, tint("#ff9ae0", 0)], [0.5, tint("#ffd1f0", 0.9)], [1, tint("#ff9ae0", 0)]]);
  ctx.fillRect(0, level - u, w, u * 2);
  ctx.restore();
}

function palms({ctx, parts, u, w}, {level}, t) {
  const come = overshoot(span(t, 0.2, 0.8)) * (1 - easeIn(span(t, 4.2, 4.9)));
  for (const side of [-1, 1]) {
    for (const [far, size] of [[0.86, 30], [0.62, 20]]) {
      const x = w / 2 + side * Math.min(w * 0.5 * far, u * 88 * far);
      const sway = Math.sin(t * 1.7 + far * 9 + side) * 0.035;
      ctx.save();
      ctx.translate(x, level + u * (far * 5 - 1));
      ctx.rotate(sway - side * 0.05 + side * (1 - come) * 0.9);
      stamp(ctx, parts.get("palm"), 0, -u * size * 0.647, u * size, u * size * 1.293, {flip: side, alpha: clamp(come * 2)});
      ctx.restore();
    }
  }
}

/** The glasses: the evening in the lenses first, then the frame, then light on it. */
function glasses({ctx, parts}, {x, y, size, turn}, t) {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(turn);
  ctx.save();
  ctx.scale(size / WIDE, size / WIDE);
  ctx.translate(-WIDE / 2, -TALL / 2);
  ctx.clip(path(LENSES));
  for (const left of [0, 80]) mirrored(ctx, left, t);
  ctx.restore();
  stamp(ctx, parts.get("frame"), 0, 0, size, (size * TALL) / WIDE);
  ctx.restore();
}

/** What one lens mirrors: sky, sun, sea, and palms that drive past; then two bands of glare. */
function mirrored(ctx, left, t) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, 0, 80, TALL);
  ctx.clip();
  ctx.translate(left, 0);
  ctx.fillStyle = linear(ctx, 0, 4, 0, 58, [[0, "#1b1464"], [0.32, "#8a2a9e"], [0.6, "#ff5f7e"], [0.74, "#ffc46b"], [0.75, "#7a2a6e"],
    [1, "#150726"]]);
  ctx.fillRect(0, 0, 80, TALL);
  ctx.fillStyle = radial(ctx, 40, 43, 17, [[0, "#fff6c4"], [0.5, "#ffd166"], [0.56, tint("#ff9a4d", 0.5)], [1, tint("#ff9a4d", 0)]]);
  ctx.fillRect(0, 20, 80, 24.4);
  ctx.fillStyle = tint("#ffd166", 0.7);
  for (let i = 0; i < 6; i += 1) ctx.fillRect(40 - 9 + i * 0.9 + Math.sin(t * 7 + i * 2) * 2, 46 + i * 2.2, 18 - i * 1.8, 0.9);
  for (let i = 0; i < 4; i += 1) {
    const at = 96 - ((t * 34 + i * 31) % 124);
    ctx.fillStyle = "#14061f";
    ctx.fillRect(at, 27, 1.5, 18);
    for (let leaf = 0; leaf < 5; leaf += 1) {
      ctx.beginPath();
      ctx.ellipse(at + 0.8 + Math.cos(leaf * 0.78) * 5, 27 - Math.sin(leaf * 0.78) * 2.4, 5.4, 1.3, -leaf * 0.78 + (leaf > 2 ? 0.5 : -0.5) + 0.3, 0, TAU);
      ctx.fill();
    }
  }
  const slide = ((t * 13) % 150) - 40;
  ctx.fillStyle = "rgba(255,255,255,.2)";
  for (const [from, wide] of [[slide, 13], [slide + 18, 4]]) {
    ctx.beginPath();
    ctx.moveTo(from + 22, 0);
    ctx.lineTo(from + 22 + wide, 0);
    ctx.lineTo(from + wide - 12, TALL);
    ctx.lineTo(from - 12, TALL);
    ctx.fill();
  }
  ctx.fillStyle = linear(ctx, 0, 6, 0, 26, [[0, "rgba(255,255,255,.42)"], [1, "rgba(255,255,255,0)"]]);
  ctx.fillRect(0, 0, 80, 26);
  ctx.restore();
}

/** A glint runs over the rim, and ends in a star at the corner. */
function glint({ctx, u}, {x, y, size}, t) {
  const sweep = span(t, 1.45, 2.05);
  const star = Math.sin(span(t, 1.9, 2.6) * Math.PI);
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  if (sweep > 0 && sweep < 1) stamp(ctx, sprite("haze", "#ffffff"), x + lerp(-0.5, 0.46, easeInOut(sweep)) * size, y - size * 0.15, u * 16,
    u * 5, {alpha: Math.sin(sweep * Math.PI)});
  stamp(ctx, sprite("star", "#ffffff"), x + size * 0.44, y - size * 0.16, u * 20 * star, undefined, {turn: t * 0.7, alpha: clamp(star * 2)});
  ctx.restore();
}
