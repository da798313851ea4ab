/** A number that rolls from one value to the next instead of jumping. */

import { animate, el, number } from "./dom.js";

const STEP_MS = 120;

/**
 * @param {{format?: (value: number) => string}} [options]
 * @returns {{node: HTMLElement, update: (value: number|null) => void}}
 */
export function mountRolling({ format = number } = {}) {
  const node = el("span.rolling");
  let shown;
  function update(value) {
    if (value === shown) return;
    const before = node.textContent.padStart(24);
    const upwards = (value ?? 0) >= (shown ?? 0);
    const letters = Array.from(value === null ? "–" : format(value));
    const animated = typeof shown === "number";
    shown = value;
    node.replaceChildren(...letters.map((letter) => el("span.rolling-digit", { text: letter })));
    if (!animated) return;
    letters.forEach((letter, i) => {
      // Compared from the end: the ones stand under the ones, whatever the length.
      if (before.at(i - letters.length) !== letter) roll(node.children[i], upwards, letters.length - i);
    });
  }
  update(null);
  return { node, update };
}

function roll(digit, upwards, place) {
  const from = upwards ? "0.7em" : "-0.7em";
  animate(digit, [{ translate: `0 ${from}`, opacity: 0 }, { translate: "0 0", opacity: 1 }], {
    duration: STEP_MS + 20 * place,
    easing: "cubic-bezier(.2,.9,.25,1.2)",
  });
}
