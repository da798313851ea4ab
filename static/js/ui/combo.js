/** The button to send the last gift again while its streak runs, with the ring that shows the time left. */

import { STREAK_MS } from "../core/combo.js";
import { heatOf } from "../core/format.js";
import { animate, el, listed, number, setAttribute, setText, svg, text, wantsLessMotion } from "./dom.js";
import { icon } from "./icon.js";

/** What a hand feels, in ms: of each tap, and when the streak grows hotter. */
const TAP_FELT = 12;
const HEAT_FELT = [30, 40, 30];

/**
 * @param {object} options
 * @param {(gift: object, quantity: number) => boolean} options.onTap whether it is on its way
 * @param {(gift: object) => void} options.onGone the button is about to go while it has the focus
 * @returns {{node: HTMLElement, update: (combo: import("../core/combo.js").Shown & {sending: number}|null) => void}}
 */
export function mountCombo({ onTap, onGone }) {
  const ring = ringOf();
  const art = el("span.combo-art");
  const count = el("span.combo-count");
  const more = el("span.combo-more");
  const sending = el("span.combo-sending");
  let shown = null;
  const node = el("button.combo", { type: "button", hidden: true, "data-testid": "combo", onclick: tap }, ring.node, art, more, count, sending);

  function tap() {
    if (onTap(shown.gift, shown.quantity)) feel(TAP_FELT);
  }

  function update(combo) {
    if (!combo && node === document.activeElement) onGone(shown.gift);
    node.hidden = !combo;
    if (!combo) {
      shown = null;
      return;
    }
    if (shown?.gift.id !== combo.gift.id) art.replaceChildren(icon(combo.gift.id, { size: 44 }));
    if (shown?.beat !== combo.beat) ring.restart();
    if (shown && shown.count !== combo.count) grow(count);
    if (shown && heatOf(shown.count) < heatOf(combo.count)) feel(HEAT_FELT);
    setAttribute(node, "aria-label", againWords(combo));
    setAttribute(node, "data-count", combo.count);
    setAttribute(node, "data-sending", combo.sending);
    setAttribute(node, "data-heat", heatOf(combo.count));
    setText(count, combo.count ? `×${number(combo.count)}` : "");
    setText(more, combo.quantity > 1 ? `+${number(combo.quantity)}` : "");
    setText(sending, combo.sending ? text("sending_count", { count: combo.sending }) : "");
    shown = combo;
  }
  return { node, update };
}

function againWords({ gift, quantity, count, sending }) {
  return listed(text("again", { what: text("so_many", { name: gift.name, quantity }) }),
    count && `×${number(count)}`, sending && text("sending_count", { count: sending }));
}

/** Phones that can answer a hand do; whoever wants less motion is left in peace. */
function feel(pattern) {
  if (!wantsLessMotion()) navigator.vibrate?.(pattern);
}

function grow(node) {
  animate(node, [{ scale: 1 }, { scale: 1.35, offset: 0.4 }, { scale: 1 }], { duration: 240, easing: "ease-out" });
}

function ringOf() {
  const [track, time] = ["combo-track", "combo-time"].map((name) =>
    svg("circle", { cx: 44, cy: 44, r: 40, class: name, pathLength: 100 }));
  const node = svg("svg", { viewBox: "0 0 88 88", class: "combo-ring", "aria-hidden": "true" }, track, time);
  let running = null;
  function restart() {
    running?.cancel();
    // It shows time, it is no ornament: it runs for those who want less motion too.
    running = time.animate([{ strokeDashoffset: 0 }, { strokeDashoffset: 100 }], { duration: STREAK_MS });
  }
  return { node, restart };
}
