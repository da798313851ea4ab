/** The button to send the last gift again while its streak runs, with the ring that shows the time left. */

import { heatOf } from "../core/format.js";
import { animate, el, number, setAttribute, setText, text } from "./dom.js";
import { icon } from "./icon.js";

/** As long as a streak lasts without another gift. */
export const STREAK_MS = 5000;
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {{onTap: (gift: object) => void}} options
 * @returns {{node: HTMLElement, update: (combo: {gift: object, count: number, sending: number, beat: number}|null) => void}}
 */
export function mountCombo({ onTap }) {
  const ring = ringOf();
  const art = el("span.combo-art");
  const count = el("span.combo-count");
  const sending = el("span.combo-sending");
  let shown = null;
  const node = el("button.combo", { type: "button", hidden: true, "data-testid": "combo", onclick: () => onTap(shown.gift) },
    ring.node, art, count, sending);

  function update(combo) {
    node.hidden = !combo;
    if (!combo) {
      shown = null;
      return;
    }
    if (shown?.gift.id !== combo.gift.id) {
      art.replaceChildren(icon(combo.gift.id, { size: 44 }));
      node.setAttribute("aria-label", text("again", { name: combo.gift.name }));
    }
    if (shown?.beat !== combo.beat) ring.restart();
    if (shown && shown.count !== combo.count) grow(count);
    setAttribute(node, "data-count", combo.count);
    setAttribute(node, "data-sending", combo.sending);
    setAttribute(node, "data-heat", heatOf(combo.count));
    setText(count, combo.count ? `×${number(combo.count)}` : "");
    setText(sending, combo.sending ? `${text("sending")} ${number(combo.sending)}` : "");
    shown = combo;
  }
  return { node, update };
}

function grow(node) {
  animate(node, [{ scale: 1 }, { scale: 1.35, offset: 0.4 }, { scale: 1 }], { duration: 240, easing: "ease-out" });
}

function ringOf() {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 88 88");
  node.setAttribute("class", "combo-ring");
  node.setAttribute("aria-hidden", "true");
  const [track, time] = ["combo-track", "combo-time"].map((name) => {
    const circle = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ cx: 44, cy: 44, r: 40, class: name, pathLength: 100 })) {
      circle.setAttribute(key, value);
    }
    return circle;
  });
  node.append(track, time);
  let running = null;
  function restart() {
    running?.cancel();
    // It shows time, it is no ornament: it runs for those who want less motion too.
    running = time.animate([{ strokeDashoffset: 0 }, { strokeDashoffset: 100 }], { duration: STREAK_MS });
  }
  return { node, restart };
}
