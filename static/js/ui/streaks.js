/** The overlay's combo widget: the longest streak that runs, as one large counting number. */

import { heatOf } from "../core/format.js";
import { animate, el, number, setAttribute, setText, text } from "./dom.js";
import { icon } from "./icon.js";

/** Shorter streaks are told well enough by their ribbon. */
const SHOWN_FROM = 5;

/** @returns {{node: HTMLElement, update: (streaks: object[]) => void}} */
export function mountStreaks({ gifts }) {
  const art = el("span.streak-art");
  const count = el("span.streak-count");
  const name = el("span.streak-name");
  const node = el("div.streak", { hidden: true, "data-testid": "streak" }, art, count, name);
  let shown = null;

  function update(streaks) {
    const longest = streaks.reduce((best, streak) => (streak.count > (best?.count ?? 0) ? streak : best), null);
    node.hidden = !longest || longest.count < SHOWN_FROM;
    if (node.hidden) {
      shown = null;
      return;
    }
    if (shown?.id !== longest.id) {
      art.replaceChildren(icon(longest.gift, { size: 96, title: gifts.get(longest.gift)?.name }));
      setText(name, longest.sender?.name ?? text("somebody"));
    }
    if (shown?.count !== longest.count) {
      setText(count, `×${number(longest.count)}`);
      setAttribute(node, "data-count", longest.count);
      setAttribute(node, "data-heat", heatOf(longest.count));
      animate(count, [{ scale: 1 }, { scale: 1.35, offset: 0.4 }, { scale: 1 }], { duration: 240, easing: "ease-out" });
    }
    shown = longest;
  }
  return { node, update };
}
