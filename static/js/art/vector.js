// A short hand for vector drawings: shapes and gradients as SVG text with their own names. Only our own
// constants go through here, never a word from people: names are drawn by fillText or set as textContent.
// Presentation attributes only, since the pages' policy lets no inline style in.

/**
 * A drawing: what it defines, what it paints, and its size in drawing units.
 * @typedef {{w: number, h: number, defs: string, body: string}} Drawing
 */

const SHADOW = "#000/.42 #000/.2@55 #000/0";

/** Stops are written "colour[/opacity][@percent]", parted by spaces. */
function stops(list) {
  const parts = list.split(" ");
  return parts.map((part, i) => {
    const [, color, opacity, at] = /^([^/@]+)(?:\/([\d.]+))?(?:@([\d.]+))?$/.exec(part);
    const offset = at ?? (100 * i) / Math.max(1, parts.length - 1);
    return `<stop offset="${offset}%" stop-color="${color}"${opacity ? ` stop-opacity="${opacity}"` : ''}/>`;
  }).join("");
}

/** A linear gradient; by default the light falls from the top left. */
export const lin = (id, list, x1 = 0.15, y1 = 0, x2 = 0.7, y2 = 1) =>
  `<linearGradient id="~${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stops(list)}</linearGradient>`;

/** A radial gradient; by default lit from the top left like a ball. */
export const rad = (id, list, cx = 0.36, cy = 0.3, r = 0.75) =>
  `<radialGradient id="~${id}" cx="${cx}" cy="${cy}" r="${r}">${stops(list)}</radialGradient>`;

/** A clip by one path. */
export const clip = (id, d) => `<clipPath id="~${id}"><path d="${d}"/></clipPath>`;

/** A filled path. A fill that starts with ~ names a gradient of the drawing. */
export const p = (d, fill, more = "") => `<path d="${d}" fill="${fill}" ${more}/>`;
/** A stroked path with round ends. */
export const s = (d, stroke, width, more = "") =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
/** A circle. */
export const c = (x, y, r, fill, more = "") => `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" ${more}/>`;
/** An ellipse. */
export const e = (x, y, rx, ry, fill, more = "") =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}" ${more}/>`;
/** A rectangle with round corners. */
export const r = (x, y, w, h, round, fill, more = "") =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${round}" fill="${fill}" ${more}/>`;
/** A group. */
export const g = (more, body) => `<g ${more}>${body}</g>`;
/** The same shape n times round (x, y), from an angle in degrees. */
export const around = (n, x, y, shape, from = 0) =>
  Array.from({length: n}, (_, i) =>
    g(`transform="rotate(${(from + (360 * i) / n).toFixed(2)} ${x} ${y})"`, shape)).join("");
/** A four-pointed glint. */
export const glint = (x, y, size, fill = "#fff", more = "") => {
  const k = size * 0.16;
  return p(`M${x} ${y - size}Q${x + k} ${y - k} ${x + size} ${y}Q${x + k} ${y + k} ${x} ${y + size}` +
    `Q${x - k} ${y + k} ${x - size} ${y}Q${x - k} ${y - k} ${x} ${y - size}Z`, fill, more);
};
/** The soft shadow a thing throws on the ground. */
export const shade = (x, y, rx, ry) => e(x, y, rx, ry, "~shadow");

/**
 * Puts a drawing together.
 * @param {string[]} defs gradients and clips
 * @param {string} body shapes
 * @param {number} [w] width in drawing units
 * @param {number} [h] height in drawing units
 * @returns {Drawing}
 */
export function drawing(defs, body, w = 64, h = 64) {
  return {w, h, defs: defs.join("") + rad("shadow", SHADOW, 0.5, 0.5, 0.5), body};
}

/**
 * The drawing as an SVG document. Its ids are its own: it is shown as an image, never put into a page.
 * @param {Drawing} art
 * @param {number} [width] in px
 * @param {number} [height] in px
 * @returns {Blob}
 */
export function svgFile(art, width = art.w, height = art.h) {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${art.w} ${art.h}"><defs>${art.defs}</defs>${art.body}</svg>`;
  const named = text.replace(/id="~(\w+)"/g, 'id="$1"').replace(/"~(\w+)"/g, '"url(#$1)"');
  return new Blob([named], {type: "image/svg+xml"});
}

/**
 * The drawing as pixels, for the canvas. Drawn once into a canvas of its own, since the browser would
 * otherwise paint the vectors anew on each frame.
 * @param {Drawing} art
 * @param {number} width in px
 * @param {number} height in px
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function rasterise(art, width, height) {
  const url = URL.createObjectURL(svgFile(art, width, height));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.ceil(width));
    canvas.height = Math.max(1, Math.ceil(height));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(url);
  }
}
