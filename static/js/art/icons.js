// The icons: one drawing for each gift, as an element for the pages and as pixels for the canvas.
import * as creatures from "./icons/creatures.js";
import * as garden from "./icons/garden.js";
import * as hands from "./icons/hands.js";
import * as riches from "./icons/riches.js";
import * as show from "./icons/show.js";
import * as sky from "./icons/sky.js";
import * as toys from "./icons/toys.js";
import {byCatalogueName} from "./names.js";
import {rasterise, svgElement} from "./vector.js";

const DRAWINGS = byCatalogueName({...creatures, ...garden, ...hands, ...riches, ...show, ...sky, ...toys});
const IMAGES_MAX = 160;
const images = new Map();

/**
 * Whether a gift has a drawing of its own; without one it is shown as a wrapped present.
 * @param {string} giftId
 * @returns {boolean}
 */
export const hasIcon = (giftId) => DRAWINGS.has(giftId);

const drawingOf = (giftId) => DRAWINGS.get(giftId) ?? DRAWINGS.get("present");

/**
 * An icon to put on a page. Without a title it is decoration, and screen readers pass it by.
 * @param {string} giftId a gift's id, or `coin`, `diamond`, `present`
 * @param {{size?: number, title?: string}} [options] size in px
 * @returns {SVGElement}
 */
export function giftIcon(giftId, {size = 48, title} = {}) {
  const icon = svgElement(drawingOf(giftId), size, size);
  icon.setAttribute("class", "gift-icon");
  icon.dataset.icon = hasIcon(giftId) ? giftId : "present";
  icon.setAttribute("focusable", "false");
  if (title) {
    const label = document.createElementNS("http://www.w3.org/2000/svg", "title");
    label.textContent = title;
    icon.prepend(label);
    icon.setAttribute("role", "img");
  } else {
    icon.setAttribute("aria-hidden", "true");
  }
  return icon;
}

/**
 * An icon's pixels, made once for each size; sizes are rounded up to a step so that few are kept.
 * @param {string} giftId
 * @param {number} px wanted edge in device pixels
 * @returns {Promise<CanvasImageSource>}
 */
export function giftImage(giftId, px) {
  const edge = Math.min(1024, Math.max(32, stepUp(px)));
  const key = `${hasIcon(giftId) ? giftId : "present"}@${edge}`;
  if (!images.has(key)) {
    if (images.size >= IMAGES_MAX) images.delete(images.keys().next().value);
    const made = rasterise(drawingOf(giftId), edge, edge);
    made.catch(() => images.delete(key));
    images.set(key, made);
  }
  return images.get(key);
}

/** The next of 32, 48, 64, 96, 128, 192... */
function stepUp(px) {
  const whole = 2 ** Math.ceil(Math.log2(px));
  return px <= whole * 0.75 ? whole * 0.75 : whole;
}
