/** How many of a gift: a number that beats as it grows, and is the hotter the higher it is. */

import { heatOf } from "../core/format.js";
import { animate, compact, el, number, setAttribute, setText } from "./dom.js";

/** From here on it is written short. */
const COMPACT_FROM = 100_000;

/** @returns {{node: HTMLElement, update: (count: number) => void}} */
export function mountCount() {
  const node = el("span.count");
  let shown = null;

  function update(count) {
    if (count === shown) return;
    setText(node, `×${count < COMPACT_FROM ? number(count) : compact(count)}`);
    setAttribute(node, "data-count", count);
    setAttribute(node, "data-heat", heatOf(count));
    if (shown !== null) {
      animate(node, [{ scale: 1 }, { scale: 1.35, offset: 0.4 }, { scale: 1 }], { duration: 240, easing: "ease-out" });
    }
    shown = count;
  }
  return { node, update };
}
