// The tools that all recipes share: seeded chance, easing, paths and gradients on the canvas, text.

import {graphemes} from "../core/format.js";
import {FONT_STACK} from "./palette.js";

export const TAU = Math.PI * 2;
export const clamp = (v, low = 0, high = 1) => (v < low ? low : v > high ? high : v);
export const lerp = (a, b, k) => a + (b - a) * k;
/** How far t is from a to b, as 0 to 1. */
export const span = (t, a, b) => clamp((t - a) / (b - a));
export const easeOut = (k) => 1 - (1 - k) ** 3;
export const easeIn = (k) => k * k * k;
export const easeInOut = (k) => (k < 0.5 ? 4 * k * k * k : 1 - (2 - 2 * k) ** 3 / 2);
/** Past the end and back: the house's entrance. */
export const overshoot = (k) => 1 + 2.2 * (k - 1) ** 3 + 1.2 * (k - 1) ** 2;
/** Rises from 0 to 1 between a and b, holds, falls between c and d; softly. */
export const envelope = (t, a, b, c, d) => {
  const up = span(t, a, b);
  const down = 1 - span(t, c, d);
  return up * up * (3 - 2 * up) * down * down * (3 - 2 * down);
};

/**
 * Chance that repeats itself: the same seed gives the same row of numbers.
 * @param {string|number} seed
 * @returns {(low?: number, high?: number) => number}
 */
export function chance(seed) {
  let state = 2166136261;
  for (const letter of String(seed)) state = Math.imul(state ^ letter.codePointAt(0), 16777619);
  return (low = 0, high = 1) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return low + (((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * (high - low);
  };
}

const paths = new Map();
/** A path from its text, parsed once. */
export function path(d) {
  if (!paths.has(d)) paths.set(d, new Path2D(d));
  return paths.get(d);
}

/** A gradient along a line; stops are [offset, colour] pairs. */
export function linear(ctx, x0, y0, x1, y1, stops) {
  const paint = ctx.createLinearGradient(x0, y0, x1, y1);
  for (const [offset, color] of stops) paint.addColorStop(offset, color);
  return paint;
}

/** A gradient round a point; stops are [offset, colour] pairs. */
export function radial(ctx, x, y, r, stops) {
  const paint = ctx.createRadialGradient(x, y, 0, x, y, Math.max(0.01, r));
  for (const [offset, color] of stops) paint.addColorStop(offset, color);
  return paint;
}

/** The colour "#rrggbb" with an opacity. */
export const tint = (hex, alpha) => {
  const n = parseInt(hex.slice(1), 16);
  return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${alpha})`;
};

/** A canvas of its own, drawn once. Sizes in device pixels. */
export function bitmap(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.ceil(width));
  canvas.height = Math.max(1, Math.ceil(height));
  draw(canvas.getContext("2d"), canvas.width, canvas.height);
  return canvas;
}

/** Draws a picture round its middle, turned and scaled. Sizes in px. */
export function stamp(ctx, picture, x, y, w, h = w, {turn = 0, alpha = 1, flip = 1, squash = 1} = {}) {
  if (alpha <= 0.004 || !picture) return;
  ctx.save();
  ctx.globalAlpha *= clamp(alpha);
  ctx.translate(x, y);
  if (turn) ctx.rotate(turn);
  if (flip !== 1 || squash !== 1) ctx.scale(flip, squash);
  ctx.drawImage(picture, -w / 2, -h / 2, w, h);
  ctx.restore();
}

const font = (size) => `700 ${size}px ${FONT_STACK}`;

/** A name cut to what can be shown: people may be called anything, up to 40 characters. */
export const shown = (name, lettersMax = 24) => {
  const letters = graphemes(String(name ?? ""));
  return letters.length > lettersMax ? `${letters.slice(0, lettersMax - 1).join("")}…` : letters.join("");
};

/**
 * A line of text as a picture, so that it can be moved cheaply: bright letters with a soft dark outline,
 * never a box. Returns null when there is nothing to write.
 * @param {string|null} text
 * @param {{size: number, widthMax: number, scale?: number, colors?: string[]}} options sizes in px
 * @returns {{picture: HTMLCanvasElement, w: number, h: number}|null}
 */
export function lettering(text, {size, widthMax, scale = 1, colors = ["#ffffff", "#ffe9c0"]}) {
  const line = shown(text);
  if (!line) return null;
  const probe = bitmap(1, 1, () => {}).getContext("2d");
  probe.font = font(size);
  const fit = Math.min(1, widthMax / Math.max(1, probe.measureText(line).width));
  const px = size * fit;
  probe.font = font(px);
  const w = probe.measureText(line).width + px * 0.9;
  const h = px * 1.8;
  const picture = bitmap(w * scale, h * scale, (ctx) => {
    ctx.scale(scale, scale);
    ctx.font = font(px);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const [wide, alpha] of [[0.34, 0.16], [0.2, 0.4], [0.1, 0.6]]) {
      ctx.lineWidth = px * wide;
      ctx.strokeStyle = `rgba(8,9,18,${alpha})`;
      ctx.strokeText(line, w / 2, h / 2 + px * 0.03);
    }
    ctx.fillStyle = linear(ctx, 0, h * 0.2, 0, h * 0.8,
      colors.map((c, i) => [i / Math.max(1, colors.length - 1), c]));
    ctx.fillText(line, w / 2, h / 2);
  });
  return {picture, w, h};
}

/**
 * Points that lie on the letters of a text, middle at 0,0: for names written in stars or tracks.
 * They come from left to right, so that a drawing hand can follow them.
 * @returns {{points: number[][], w: number, h: number}}
 */
export function textPoints(text, {size, widthMax, count, random}) {
  const line = lettering(text, {size, widthMax});
  if (!line) return {points: [], w: 0, h: 0};
  const {width, height} = line.picture;
  const {data} = line.picture.getContext("2d", {willReadFrequently: true}).getImageData(0, 0, width, height);
  const inked = [];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      if (data[at + 3] > 200 && data[at] > 200) inked.push([x - width / 2, y - height / 2]);
    }
  }
  const points = [];
  for (let i = 0; i < count && inked.length; i += 1) points.push(inked[Math.floor(random(0, inked.length))]);
  return {points: points.sort((a, b) => a[0] - b[0]), w: line.w, h: line.h};
}
