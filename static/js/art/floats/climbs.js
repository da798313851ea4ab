// Floats that climb the start side: rolling, tossed, growing, hopping, with lit candles, or swaying.
import {TAU, clamp, easeInOut, easeOut, lerp, overshoot, path, span, stamp} from "../kit.js";
import {PALETTE, PARTY, WARM} from "../palette.js";
import {sprite} from "../sprites.js";
import {floating, seenAt, sizeAt} from "./frame.js";

const FROM = 0.92;
const climb = (k, h, to = 0.2) => lerp(h * FROM, h * to, easeOut(k) * 0.55 + k * 0.45);

/** For whatever has no motion of its own: it sways up like a leaf the other way round. */
export const sway = floating({
  colors: [...WARM, ...PARTY],
  pose: (k, {base, phase, pace}, {u, h}) => ({
    x: base + Math.sin(k * 6 * pace + phase) * u * 3 * (0.3 + k), y: climb(k, h),
    turn: Math.sin(k * 9 * pace + phase) * 0.22}),
});

/** The doughnut rolls from side to side up the edge, as in a half-pipe. */
export const roll = floating({
  colors: ["#ff8fc7", "#ffd166", "#5ad1ff", "#ffffff", "#39d98a"],
  kinds: ["glow", "star", "glow"],
  pose(k, {base, phase, pace, size}, {u, h}) {
    const swing = Math.sin(k * 11 * pace + phase);
    const off = swing * u * 8;
    // It rolls without slipping: as far round as it went along.
    return {x: base + u * 4 + off, y: climb(k, h) - swing * swing * u * 5, turn: off / (size * 0.45)};
  },
});

/** The lollipop is tossed like a baton: spinning up, slower and slower, it hangs, and begins to fall. */
export const toss = floating({
  colors: ["#ff4d6d", "#ff9db0", "#ffffff", PALETTE.cyan],
  pose(k, {base, phase, pace}, {u, h}) {
    const flight = k * 1.34;
    return {x: base + k * u * 9, y: lerp(h * 0.97, h * 0.2, 1 - (1 - flight) ** 2),
      turn: Math.sign(Math.sin(phase) || 1) * (easeOut(k) * 0.6 + k * 0.4) * TAU * 2.4 * pace};
  },
});

/** The sunflower grows: the stem first, then leaves, then the flower opens and looks round. */
export const grow = floating({
  colors: [PALETTE.gold, "#ffe27a", PALETTE.amber, PALETTE.leaf],
  kinds: ["glow", "petal", "star"],
  pose(k, one, {u, h}) {
    const height = h * (0.3 + 0.12 * Math.abs(Math.sin(one.phase * 3)));
    const up = easeInOut(span(k, 0, 0.42)) * (1 - easeInOut(span(k, 0.84, 1)));
    return {x: one.base + Math.sin(k * 7 + one.phase) * u * 1.4 * up, y: lerp(h * 1.02, height, up),
      turn: Math.sin(k * 7 + one.phase) * 0.14 - (1 - span(k, 0.3, 0.55)) * 1.6, wide: opened(k), tall: opened(k)};
  },
  under(show, one, {x, y}, k) {
    const {ctx, u, h} = show;
    const foot = show.fromStart(one.base);
    const head = show.fromStart(x);
    const bend = show.fromStart(one.base - u * 3);
    ctx.save();
    ctx.globalAlpha = seenAt(k);
    ctx.lineCap = "round";
    for (const [wide, color] of [[1.5, "#1f6b3a"], [0.9, "#4fc878"]]) {
      ctx.lineWidth = u * wide;
      ctx.strokeStyle = color;
      ctx.beginPath();
      ctx.moveTo(foot, h * 1.02);
      ctx.quadraticCurveTo(bend, (y + h) / 2, head, y);
      ctx.stroke();
    }
    for (const [part, side] of [[0.42, 1], [0.6, -1], [0.76, 1]]) {
      const size = u * 5 * overshoot(span(k, 0.1 + part * 0.3, 0.24 + part * 0.3));
      leaf(ctx, lerp(foot, head, part) + (bend - foot) * 2 * part * (1 - part), lerp(h, y, part), size, side);
    }
    ctx.restore();
  },
});

const opened = (k) => lerp(0.35, 1, overshoot(span(k, 0.28, 0.5)));

function leaf(ctx, x, y, size, side) {
  if (size <= 0) return;
  ctx.save();
  ctx.translate(x, y);
  ctx.scale((side * size) / 10, size / 10);
  ctx.fillStyle = "#3fae62";
  ctx.fill(path("M0 0C2 -7 8 -8 13 -6C11 -1 6 2 0 0Z"));
  ctx.restore();
}

const HOPS = 5;
/** The part of its life after which it has come to the top. */
const AT_TOP = 0.62;

/** The teddy bear hops up as if there were stairs, lands softly each time, and hugs at the top. */
export const hug = floating({
  colors: ["#ff7f9c", "#ffd1dc", PALETTE.amber],
  kinds: ["petal", "glow"],
  pose(k, {base, phase}, {u, h}) {
    const step = Math.min(HOPS - 0.001, (k / AT_TOP) * HOPS);
    const stair = Math.floor(step);
    const along = k >= AT_TOP ? 1 : step - stair;
    const side = (stair + (phase > 3 ? 1 : 0)) % 2 ? 1 : -1;
    const landed = Math.exp(-along * 10) * (stair > 0 ? 1 : 0) + Math.exp(-Math.abs(k - AT_TOP) * 40);
    const hugged = Math.sin(span(k, AT_TOP + 0.02, AT_TOP + 0.18) * Math.PI) * 0.22;
    return {x: base + u * 3 + side * u * 3.4 * (along * 2 - 1), turn: side * 0.16 * Math.sin(along * Math.PI),
      y: lerp(h * FROM, h * 0.26, (stair + easeOut(along)) / HOPS) - Math.sin(along * Math.PI) * u * 6,
      wide: 1 + landed * 0.18 + hugged, tall: 1 - landed * 0.16 + hugged};
  },
});

/** Where the flames stand on the cake's drawing, from its middle, in parts of its size. */
const FLAMES = [[-0.155, -0.43], [0, -0.43], [0.155, -0.43]];
const BLOWN = 0.7;

const carried = (k, {base, phase}, {u, h}) => ({x: base + u * 2 + Math.sin(k * 5 + phase) * u * 0.8,
  y: climb(k, h, 0.27), turn: Math.sin(k * 26 + phase) * 0.025});

/** The cake rises level as if carried, its candles lit; near the top they are blown out, and it is a party. */
export const candles = floating({
  colors: ["#ffb8cf", PALETTE.gold, "#fff3cf"],
  kinds: ["glow"],
  pose: carried,
  dress(field, one, show) {
    const {u, random} = show;
    const {x, y} = carried(BLOWN, one, show);
    const many = Math.floor(46 / Math.sqrt(one.many));
    for (let j = 0; j < many; j += 1) {
      const a = random(0, TAU);
      const speed = u * random(8, 30);
      field.add({at: one.begin + BLOWN * one.life, x: show.fromStart(x), y: y - one.size * 0.35,
        vx: Math.cos(a) * speed, vy: Math.sin(a) * speed - u * 9, gravity: u * 26, drag: 1.6, life: random(0.7, 1.3),
        size: u * random(1.2, 2.4), spin: random(-9, 9), kind: j % 3 ? "foil" : "star", color: PARTY[j % PARTY.length]});
    }
  },
  icon(show, one, at, k) {
    const {ctx, parts} = show;
    const size = one.size * sizeAt(k);
    const x = show.fromStart(at.x);
    stamp(ctx, parts.get("icon"), x, at.y, size, size, {turn: at.turn, alpha: seenAt(k)});
    const lit = (1 - span(k, BLOWN - 0.02, BLOWN)) * seenAt(k);
    ctx.save();
    ctx.globalCompositeOperation = "lighter";
    for (const [i, [dx, dy]] of FLAMES.entries()) {
      const flicker = 0.8 + 0.2 * Math.sin(k * 90 + i * 2 + one.phase);
      stamp(ctx, sprite("glow", PALETTE.amber), x + dx * size, at.y + dy * size, size * 0.34 * flicker, undefined,
        {alpha: lit});
    }
    ctx.restore();
    const smoke = span(k, BLOWN, BLOWN + 0.16);
    for (const [dx, dy] of FLAMES) {
      stamp(ctx, sprite("smoke", "#cfd6ea"), x + dx * size, at.y + (dy - smoke * 0.3) * size, size * (0.1 + smoke * 0.3),
        undefined, {alpha: clamp(smoke * 8) * (1 - smoke) * 0.9});
    }
  },
});
