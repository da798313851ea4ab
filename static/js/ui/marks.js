/** What stands beside a name: the person's level, and a medal for this room's top three. */

import { el, number, text } from "./dom.js";

/** Of so many levels each the colour is another one. */
const LEVELS_A_COLOUR = 4;
const COLOURS = 5;

/** @param {number|undefined} level @returns {HTMLElement|null} */
export function levelMark(level) {
  if (!level) return null;
  const heat = Math.min(COLOURS, 1 + Math.floor((level - 1) / LEVELS_A_COLOUR));
  return el("span.level", { role: "img", "aria-label": text("level", { level: number(level) }), "data-heat": heat, text: number(level) });
}

/** @param {number} place on the room's board, 0 for none @returns {HTMLElement|null} */
export function medalMark(place) {
  if (place < 1 || place > 3) return null;
  return el("span.medal", { role: "img", "aria-label": text("top_place", { place: number(place) }), "data-place": place });
}

/** Both, as far as the person has them. @param {object|null} person @param {(id: string|null) => number} placeOf */
export function marksOf(person, placeOf) {
  return [medalMark(placeOf(person?.id ?? null)), levelMark(person?.level)].filter(Boolean);
}
