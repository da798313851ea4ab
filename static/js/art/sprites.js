// The sprites of the particles: small pictures made once in code, kept by kind and colour.
import {TAU, bitmap, linear, path, radial, tint} from "./kit.js";

const EDGE = 64;
const MIDDLE = EDGE / 2;
const sprites = new Map();

const glint = (ctx, size, waist) => {
  ctx.beginPath();
  for (let i = 0; i < 4; i += 1) {
    const a = (i * TAU) / 4;
    const b = a + TAU / 8;
    const c = a + TAU / 4;
    if (i === 0) ctx.moveTo(MIDDLE + Math.cos(a) * size, MIDDLE + Math.sin(a) * size);
    ctx.quadraticCurveTo(MIDDLE + Math.cos(b) * waist, MIDDLE + Math.sin(b) * waist,
      MIDDLE + Math.cos(c) * size, MIDDLE + Math.sin(c) * size);
  }
  ctx.fill();
};

const KINDS = {
  /** A soft light with a hot middle. */
  glow(ctx, color) {
    ctx.fillStyle = radial(ctx, MIDDLE, MIDDLE, MIDDLE, [
      [0, "rgba(255,255,255,1)"], [0.16, "rgba(255,255,255,.95)"], [0.3, tint(color, 0.95)],
        [0.52, tint(color, 0.34)], [1, tint(color, 0)]]);
    ctx.fillRect(0, 0, EDGE, EDGE);
  },
  /** A wide haze without a middle. */
  haze(ctx, color) {
    ctx.fillStyle = radial(ctx, MIDDLE, MIDDLE, MIDDLE,
      [[0, tint(color, 0.55)], [0.5, tint(color, 0.2)], [1, tint(color, 0)]]);
    ctx.fillRect(0, 0, EDGE, EDGE);
  },
  /** A four-pointed star in a small halo. */
  star(ctx, color) {
    ctx.fillStyle = radial(ctx, MIDDLE, MIDDLE, MIDDLE * 0.7, [[0, tint(color, 0.7)], [1, tint(color, 0)]]);
    ctx.fillRect(0, 0, EDGE, EDGE);
    ctx.fillStyle = color;
    glint(ctx, MIDDLE * 0.98, 2.6);
    ctx.fillStyle = "#fff";
    glint(ctx, MIDDLE * 0.62, 2.2);
  },
  /** A puff of smoke, lit from the top left. */
  smoke(ctx, color) {
    for (const [x, y, r, a] of [[32, 36, 26, 0.34], [22, 28, 18, 0.3], [42, 26, 17, 0.24], [30, 44, 18, 0.22]]) {
      ctx.fillStyle = radial(ctx, x, y, r, [[0, tint(color, a)], [0.55, tint(color, a * 0.5)],
        [1, tint(color, 0)]]);
      ctx.fillRect(0, 0, EDGE, EDGE);
    }
    ctx.fillStyle = radial(ctx, 22, 20, 20, [[0, "rgba(255,255,255,.22)"], [1, "rgba(255,255,255,0)"]]);
    ctx.fillRect(0, 0, EDGE, EDGE);
  },
  /** A slip of paper or foil. */
  foil(ctx, color) {
    ctx.fillStyle = color;
    ctx.fillRect(16, 22, 32, 20);
    ctx.fillStyle = linear(ctx, 16, 22, 48, 42, [[0, "rgba(255,255,255,.75)"], [0.5, "rgba(255,255,255,0)"],
      [1, "rgba(0,0,0,.3)"]]);
    ctx.fillRect(16, 22, 32, 20);
  },
  /** A gold coin; the colour is its rim. */
  coin(ctx, color) {
    ctx.fillStyle = color;
    ctx.beginPath();
    ctx.arc(33, 34, 26, 0, TAU);
    ctx.fill();
    ctx.fillStyle = radial(ctx, 24, 22, 34, [[0, "#fff8dc"], [0.45, "#ffd75e"], [1, "#d98a1a"]]);
    ctx.beginPath();
    ctx.arc(31, 31, 26, 0, TAU);
    ctx.fill();
    ctx.strokeStyle = "rgba(160,88,8,.65)";
    ctx.lineWidth = 3;
    ctx.beginPath();
    ctx.arc(31, 31, 19, 0, TAU);
    ctx.stroke();
    ctx.fillStyle = "#fff3c4";
    ctx.fill(path("M31 18L35 27L45 28L37.5 34.5L39.6 44L31 39L22.4 44L24.5 34.5L17 28L27 27Z"));
  },
  /** A feather or a flame's tongue, pointing up. */
  feather(ctx, color) {
    ctx.fillStyle = linear(ctx, 24, 2, 42, 62, [[0, "#fff6d0"], [0.35, color], [1, tint(color, 0.15)]]);
    ctx.fill(path("M32 2C42 16 44 40 32 62C20 40 22 16 32 2Z"));
    ctx.strokeStyle = "rgba(255,255,255,.5)";
    ctx.lineWidth = 1.6;
    ctx.stroke(path("M32 8V58"));
  },
  /** A scale, a petal, a leaf: a drop with a lit side. */
  petal(ctx, color) {
    ctx.fillStyle = linear(ctx, 16, 8, 48, 60, [[0, "#fff"], [0.25, color], [1, tint(color, 0.75)]]);
    ctx.fill(path("M32 6C52 20 52 46 32 60C12 46 12 20 32 6Z"));
  },
  /** A note of music. */
  note(ctx, color) {
    ctx.fillStyle = "rgba(8,9,18,.35)";
    ctx.fill(path("M24 14L54 7V43A9 7 -20 1 1 48 37V19L30 23V51A9 7 -20 1 1 24 45Z"));
    ctx.fillStyle = linear(ctx, 16, 6, 50, 58, [[0, "#fff"], [0.35, color], [1, color]]);
    ctx.fill(path("M22 12L52 5V41A9 7 -20 1 1 46 35V17L28 21V49A9 7 -20 1 1 22 43Z"));
  },
  /** A shard of crystal. */
  shard(ctx, color) {
    ctx.fillStyle = linear(ctx, 16, 6, 48, 58, [[0, "#fff"], [0.5, color], [1, tint(color, 0.5)]]);
    ctx.fill(path("M32 4L44 30L32 60L20 30Z"));
    ctx.fillStyle = "rgba(255,255,255,.55)";
    ctx.fill(path("M32 4L20 30L32 30Z"));
  },
  /** A rain drop's or a meteor's line of light, pointing up. */
  streak(ctx, color) {
    ctx.fillStyle = linear(ctx, 0, 0, 0, EDGE, [[0, tint(color, 0)], [0.8, tint(color, 0.8)], [1, "#fff"]]);
    ctx.fill(path("M32 0C34 24 37 50 35 60C34 64 30 64 29 60C27 50 30 24 32 0Z"));
  },
};

/**
 * A particle's picture, 64 px square, pointing up where it has a direction.
 * @param {'glow'|'haze'|'star'|'smoke'|'foil'|'coin'|'feather'|'petal'|'note'|'shard'|'streak'} kind
 * @param {string} color as #rrggbb
 * @returns {HTMLCanvasElement}
 */
export function sprite(kind, color) {
  const key = kind + color;
  if (!sprites.has(key)) sprites.set(key, bitmap(EDGE, EDGE, (ctx) => KINDS[kind](ctx, color)));
  return sprites.get(key);
}

/** A beam of light: narrow and bright at the top middle, wide and faint below. */
export function beam(color) {
  const key = `beam${color}`;
  if (!sprites.has(key)) {
    sprites.set(key, bitmap(128, 256, (ctx) => {
      ctx.fillStyle = linear(ctx, 0, 0, 0, 256, [[0, tint(color, 0.85)], [0.5, tint(color, 0.28)],
        [1, tint(color, 0)]]);
      ctx.fill(path("M60 0H68L128 256H0Z"));
      ctx.globalCompositeOperation = "destination-in";
      ctx.fillStyle = linear(ctx, 0, 0, 128, 0, [[0, "rgba(0,0,0,0)"], [0.35, "rgba(0,0,0,.7)"], [0.5, "#000"],
        [0.65, "rgba(0,0,0,.7)"], [1, "rgba(0,0,0,0)"]]);
      ctx.fillRect(0, 0, 128, 256);
    }));
  }
  return sprites.get(key);
}

/** Darkness or light at the edges of the picture, none in the middle; small, to be stretched. */
export function vignette(color) {
  const key = `vignette${color}`;
  if (!sprites.has(key)) {
    sprites.set(key, bitmap(96, 96, (ctx) => {
      ctx.fillStyle = radial(ctx, 48, 44, 70, [[0, tint(color, 0)], [0.45, tint(color, 0.06)],
        [0.72, tint(color, 0.55)], [1, tint(color, 1)]]);
      ctx.fillRect(0, 0, 96, 96);
    }));
  }
  return sprites.get(key);
}
