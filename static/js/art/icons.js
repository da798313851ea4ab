// The icons: one drawing for each gift, as an image for the pages and as pixels for the canvas.
import * as creatures from "./icons/creatures.js";
import * as garden from "./icons/garden.js";
import * as hands from "./icons/hands.js";
import * as riches from "./icons/riches.js";
import * as show from "./icons/show.js";
import * as sky from "./icons/sky.js";
import * as toys from "./icons/toys.js";
import {byCatalogueName} from "./names.js";
import {rasterise, svgFile} from "./vector.js";

const DRAWINGS = byCatalogueName({...creatures, ...garden, ...hands, ...riches, ...show, ...sky, ...toys});
const IMAGES_MAX = 160;
const images = new Map();
const addresses = new Map();

/**
 * Whether a gift has a drawing of its own; without one it is shown as a wrapped present.
 * @param {string} giftId
 * @returns {boolean}
 */
export const hasIcon = (giftId) => DRAWINGS.has(giftId);

const iconIdOf = (giftId) => (hasIcon(giftId) ? giftId : "present");

/** Where an icon's one drawing lies: however often it is shown, it is drawn up once. */
function addressOf(iconId) {
  if (!addresses.has(iconId)) addresses.set(iconId, URL.createObjectURL(svgFile(DRAWINGS.get(iconId))));
  return addresses.get(iconId);
}

/**
 * An icon to put on a page: one element. Without a title it is decoration, and screen readers pass it by.
 * @param {string} giftId a gift's id, or `coin`, `diamond`, `present`
 * @param {{size?: number, title?: string, lazy?: boolean}} [options] size in px; lazy: drawn up only when it comes
 *   near the view, for such as are many and mostly hidden
 * @returns {HTMLImageElement}
 */
export function giftIcon(giftId, {size = 48, title = "", lazy = false} = {}) {
  const icon = new Image(size, size);
  icon.className = "gift-icon";
  icon.dataset.icon = iconIdOf(giftId);
  icon.alt = title;
  icon.draggable = false;
  // Else it would show a moment after the ribbon that it is part of.
  icon.decoding = "sync";
  if (lazy) nearView.observe(icon);
  else drawUp(icon);
  return icon;
}

function drawUp(icon) {
  icon.src = addressOf(icon.dataset.icon);
}

/** A browser's own lazy images would have to have their addresses, which are what costs most. */
const nearView = new IntersectionObserver((seen) => {
  for (const {target, isIntersecting} of seen) {
    if (!isIntersecting) continue;
    nearView.unobserve(target);
    drawUp(target);
  }
}, {rootMargin: "200px"});

/**
 * An icon's pixels, made once for each size; sizes are rounded up to a step so that few are kept.
 * @param {string} giftId
 * @param {number} px wanted edge in device pixels
 * @returns {Promise<CanvasImageSource>}
 */
export function giftImage(giftId, px) {
  const edge = Math.min(1024, Math.max(32, stepUp(px)));
  const key = `${iconIdOf(giftId)}@${edge}`;
  if (!images.has(key)) {
    if (images.size >= IMAGES_MAX) images.delete(images.keys().next().value);
    const made = rasterise(DRAWINGS.get(iconIdOf(giftId)), edge, edge);
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
