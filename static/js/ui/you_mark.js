/** The mark beside one's own name. */

import { el, text } from "./dom.js";

/** @returns {HTMLElement} */
export function youMark() {
  return el("span.you", { text: text("you") });
}
