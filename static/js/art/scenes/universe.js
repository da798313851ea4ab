// Universe: all of it dark, one point, a bang of light within the flash limits, planets take their orbits
// with the room's top gifters as moons, and the sender's name stands as a constellation.
import {TAU, bitmap, clamp, easeIn, easeInOut, easeOut, envelope, lerp, radial, span, stamp, textPoints,
  tint} from "../kit.js";
import {COOL, PALETTE, WARM} from "../palette.js";
import {sprite} from "../sprites.js";

const BANG_S = 2.4;
const SKY = 260;
/** Each planet: size, distance as a share of the picture, pace, where it begins, colours, bands, ring. */
const PLANETS = [
  {size: 8, far: 0.56, pace: 0.3, from: 0.2, colors: ["#fff0c4", "#e0a050", "#7a4212"],
    bands: ["#c4843a", "#fff3d8"]},
  {size: 13, far: 0.8, pace: 0.21, from: 2.6, colors: ["#ffe0b0", "#ff9a6a", "#8f2a5c"],
    bands: ["#ffd0a0", "#d8637a", "#fff0d8"], ring: ["#fff1cf", "#c48ae0"]},
  {size: 9.4, far: 0.95, pace: 0.15, from: 4.5, colors: ["#d6fff4", "#3fc4d8", "#0c3f7a"],
    bands: ["#9fe8ff", "#2a9ac4"]},
  {size: 6.4, far: 0.68, pace: 0.26, from: 5.6, colors: ["#ffd0c4", "#f0563c", "#6b1020"], bands: ["#ff9a7a"]},
  {size: 10.6, far: 1.06, pace: 0.12, from: 1.3, colors: ["#f0e0ff", "#9b7bff", "#2b1478"],
    bands: ["#d0bcff", "#6a4be0"], ring: ["#bfe6ff", "#5a6cff"]},
];

/** A planet, lit from the top left: bands, a night side, a rim of air. */
function planet(one, px, random) {
  return bitmap(px, px, (ctx) => {
    const r = px * 0.46;
    const m = px / 2;
    ctx.beginPath();
    ctx.arc(m, m, r, 0, TAU);
    ctx.clip();
    ctx.fillStyle = radial(ctx, m - r * 0.4, m - r * 0.45, r * 1.9,
      [[0, one.colors[0]], [0.45, one.colors[1]], [1, one.colors[2]]]);
    ctx.fillRect(0, 0, px, px);
    ctx.save();
    ctx.translate(m, m);
    ctx.rotate(-0.3);
    for (let i = 0; i < 9; i += 1) {
      ctx.fillStyle = tint(one.bands[i % one.bands.length], random(0.12, 0.4));
      ctx.beginPath();
      ctx.ellipse(random(-0.2, 0.2) * r, (-0.85 + i * 0.21) * r, r * 1.3, r * random(0.03, 0.1),
        random(-0.05, 0.05), 0, TAU);
      ctx.fill();
    }
    ctx.restore();
    ctx.fillStyle = radial(ctx, m - r * 0.5, m - r * 0.5, r * 1.75,
      [[0, "rgba(255,255,255,.4)"], [0.3, "rgba(255,255,255,0)"], [0.62, "rgba(4,3,20,.12)"],
      [1, "rgba(4,3,20,.92)"]]);
    ctx.fillRect(0, 0, px, px);
    ctx.strokeStyle = tint(one.colors[0], 0.7);
    ctx.lineWidth = px * 0.02;
    ctx.beginPath();
    ctx.arc(m, m, r * 0.985, Math.PI * 0.85, Math.PI * 1.75);
    ctx.stroke();
  });
}

export const universe = {
  durationS: 12,
  build(show) {
    const {u, w, h, random} = show;
    const heart = [w / 2, h * 0.46];
    const blast = show.field(true);
    for (let i = 0; i < 420; i += 1) {
      const a = random(0, TAU);
      const v = Math.hypot(w, h) * random(0.1, 0.85) * random(0.5, 1);
      blast.add({at: BANG_S + random(0, 0.12), x: heart[0], y: heart[1], vx: Math.cos(a) * v,
        vy: Math.sin(a) * v * 0.8, drag: 0.9, life: random(1.2, 3), size: u * random(0.8, 3.6), grow: 0.6,
        twinkle: random(4, 12), kind: i % 5 ? "glow" : "star", color: i % 2 ? COOL[i % 5] : WARM[i % 5]});
    }
    const sky = Array.from({length: SKY}, () => ({x: random() * w, y: random() * h,
      size: u * (0.4 + random() ** 4 * 2.4), blink: random(1.5, 6), rank: random(),
      picture: sprite(random() > 0.9 ? "star" : "glow", COOL[Math.floor(random(1, 5))])}))
      .filter((one) => Math.abs(one.x - w / 2) > w * 0.17 || one.y > h * 0.55);
    const planets = PLANETS.map((one) => ({...one, picture: planet(one, Math.ceil(one.size * u * 2 * show.scale),
      random)}));
    const moons = show.onlookers.slice(0, 5).map((name) => show.lettering({size: Math.max(11, u * 2.5),
      widthMax: w * 0.24}, name));
    const size = Math.min(u * 9.6, h * 0.13);
    const name = show.lettering({size, widthMax: w * 0.84, colors: ["#ffffff", "#c9d8ff"]});
    return {heart, blast, sky, planets, moons, name, signs: constellation(show, size)};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {heart: [x, y], blast, sky, planets, moons} = state;
    const seen = envelope(t, 0, 0.9, 10.6, 12);
    // The dark closes over everything only until the bang; then it opens round the streamer.
    const night = envelope(t, 0, 1, BANG_S, BANG_S + 1.2);
    if (night > 0.01) {
      ctx.fillStyle = `rgba(3,3,12,${0.93 * night})`;
      ctx.fillRect(0, 0, w, h);
    }
    show.edges(0.96 * seen, "#050416");
    ctx.globalCompositeOperation = "lighter";
    const born = span(t, BANG_S + 0.2, BANG_S + 1.8);
    for (const one of sky) {
      if (one.rank > show.share || born <= 0) continue;
      const k = easeOut(clamp(born * 1.6 - one.rank * 0.6));
      const size = one.size * 2;
      ctx.globalAlpha = clamp(k * seen * (0.6 + 0.4 * Math.sin(t * one.blink + one.x)));
      ctx.drawImage(one.picture, lerp(x, one.x, k) - size / 2, lerp(y, one.y, k) - size / 2, size, size);
    }
    ctx.globalAlpha = 1;
    bang(show, state, t);
    ctx.globalCompositeOperation = "source-over";
    show.draw(blast, t);
    const orbiting = planets.map((one, i) => orbit(show, one, moons[i], [x, y], t)).sort((a,
      b) => a.depth - b.depth);
    for (const one of orbiting) one.paint(seen);
    written(show, state, t, u, h);
  },
};

/** One point that trembles, then the bang: at most one flash, and a ring that runs outward. */
function bang(show, {heart: [x, y]}, t) {
  const {ctx, u, w, h} = show;
  const point = envelope(t, 0.9, 1.6, BANG_S, BANG_S + 0.1);
  const shrink = 1 - easeIn(span(t, 1.8, BANG_S)) * 0.7;
  stamp(ctx, sprite("glow", "#c9d8ff"), x, y, u * (6 + Math.sin(t * 21) * 0.7) * shrink, undefined, {alpha: point});
  stamp(ctx, sprite("haze", PALETTE.violet), x, y, u * 36 * shrink, undefined, {alpha: point});
  const flare = show.flashAt(t, BANG_S, 1.3);
  stamp(ctx, sprite("haze", "#fff6e0"), x, y, w * 1.8 * (0.5 + 0.5 * easeOut(span(t, BANG_S, BANG_S + 0.4))),
    h * 1.8, {alpha: flare * 0.9});
  const glow = envelope(t, BANG_S, BANG_S + 0.3, BANG_S + 0.9, BANG_S + 2.4);
  stamp(ctx, sprite("haze", PALETTE.rose), x, y, u * 150, u * 110, {alpha: glow * 0.5});
  stamp(ctx, sprite("haze", PALETTE.blue), x, y, u * 210, u * 130, {alpha: glow * 0.5});
  for (const [delay, color, wide] of [[0, "#ffe9c0", 2.4], [0.16, "#b48cff", 1.4]]) {
    const k = span(t, BANG_S + delay, BANG_S + delay + 1.5);
    if (k <= 0 || k >= 1) continue;
    ctx.lineWidth = u * wide * (1 - k) + 0.4;
    ctx.strokeStyle = tint(color, 0.5 * (1 - k));
    ctx.beginPath();
    ctx.ellipse(x, y, easeOut(k) * w * 0.62, easeOut(k) * h * 0.62, 0, 0, TAU);
    ctx.stroke();
  }
}

/** A planet on its way: thrown out by the bang, then taking a wide orbit that leaves the streamer free. */
function orbit(show, one, moon, [x, y], t) {
  const {u, w, h} = show;
  const k = easeInOut(span(t, BANG_S + 0.3, BANG_S + 2.2));
  const leave = easeIn(span(t, 10.4, 11.8));
  const angle = one.from + one.pace * (t - BANG_S) * 1.5;
  // The orbits are wider than the middle third: a planet crosses the streamer's part only at the very top or low.
  const rx = w * 0.44 * one.far ** 0.5 * k * (1 + leave * 0.6);
  const ry = h * 0.4 * one.far ** 0.5 * k * (1 + leave * 0.6);
  const px = x + Math.cos(angle) * rx;
  const py = y + h * 0.06 + Math.sin(angle) * ry;
  const depth = 1 + Math.sin(angle) * 0.22;
  const paint = (seen) => {
    const {ctx} = show;
    const alpha = k * seen * (1 - leave);
    if (alpha <= 0.01) return;
    const size = one.size * u * 1.25 * depth * (show.tall ? 1.15 : 1);
    ctx.save();
    ctx.globalAlpha = alpha * 0.35;
    ctx.strokeStyle = tint(one.colors[0], 0.5);
    ctx.lineWidth = u * 0.2;
    ctx.beginPath();
    ctx.ellipse(x, y + h * 0.06, rx, ry, 0, angle - 0.9, angle - 0.04);
    ctx.stroke();
    ctx.globalAlpha = alpha;
    stamp(ctx, sprite("haze", one.colors[1]), px, py, size * 2.1, undefined, {alpha: 0.5});
    if (one.ring) rings(ctx, one, px, py, size, Math.PI, TAU);
    stamp(ctx, one.picture, px, py, size * 1.09);
    if (one.ring) rings(ctx, one, px, py, size, 0, Math.PI);
    const ma = t * 1.3 + one.from;
    const mx = px + Math.cos(ma) * size * 0.85;
    const my = py + Math.sin(ma) * size * 0.34;
    if (Math.sin(ma) > -0.3 || !moon) stamp(ctx, sprite("glow", "#e6ecff"), mx, my, u * 2.6);
    // The moon carries a gifter's name; it stays readable, so only the light goes round.
    show.write(moon, clamp(px, (moon?.w ?? 0) / 2, w - (moon?.w ?? 0) / 2), py + size * 0.66,
      {alpha: span(t, BANG_S + 2.4, BANG_S + 3.2)});
    ctx.restore();
  };
  return {depth, paint};
}

function rings(ctx, one, x, y, size, from, to) {
  for (const [k, color, wide] of [[0.86, one.ring[0], 0.09], [0.98, one.ring[1], 0.06]]) {
    ctx.strokeStyle = tint(color, 0.8);
    ctx.lineWidth = size * wide;
    ctx.beginPath();
    ctx.ellipse(x, y, size * k, size * k * 0.26, -0.3, from, to);
    ctx.stroke();
  }
}

/** The stars of the name, and the lines between near ones. */
function constellation(show, size) {
  const {random, w, u} = show;
  const {points} = textPoints(show.name, {size, widthMax: w * 0.84, count: 110, random});
  const stars = points.map(([x, y], i) => ({x, y, size: u * (i % 8 ? random(0.5, 1) : random(1.3, 2.1)),
    blink: random(2, 7), big: i % 8 === 0}));
  const lines = [];
  for (let i = 0; i + 1 < stars.length; i += 1) {
    const next = stars.slice(i + 1, i + 6).sort((a, b) => Math.hypot(a.x - stars[i].x,
      a.y - stars[i].y) - Math.hypot(b.x - stars[i].x, b.y - stars[i].y))[0];
    if (next && Math.hypot(next.x - stars[i].x, next.y - stars[i].y) < size * 0.5) lines.push([stars[i], next]);
  }
  return {stars, lines};
}

/** The name, low in the picture: lines first, then stars, then the letters themselves, faintly. */
function written(show, {name, signs}, t, u, h) {
  const seen = envelope(t, 5, 6, 10.4, 11.2);
  if (!name || seen <= 0) return;
  const {ctx, w} = show;
  const y = show.lineAt(h * 0.82, name.h);
  const drawn = span(t, 5, 6.8);
  show.write(name, w / 2, y, {alpha: seen * 0.9 * span(t, 5.8, 6.8)});
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  ctx.strokeStyle = tint("#9fb8ff", 0.5 * seen);
  ctx.lineWidth = u * 0.16;
  ctx.beginPath();
  for (const [a, b] of signs.lines.slice(0, Math.floor(signs.lines.length * drawn))) {
    ctx.moveTo(w / 2 + a.x, y + a.y);
    ctx.lineTo(w / 2 + b.x, y + b.y);
  }
  ctx.stroke();
  for (const [i, one] of signs.stars.entries()) {
    if (i > signs.stars.length * drawn) break;
    const size = one.size * 2 * (0.75 + 0.25 * Math.sin(t * one.blink + i));
    stamp(ctx, sprite(one.big ? "star" : "glow", "#e6ecff"), w / 2 + one.x, y + one.y, size * (one.big ? 1.6 : 1),
      undefined, {alpha: seen});
  }
  ctx.restore();
}
