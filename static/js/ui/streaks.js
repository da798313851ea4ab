/** The overlay's combo widget: the longest streak that runs, as one large counting number. */

import { mountCount } from "./count.js";
import { el, setAttribute, setText, text } from "./dom.js";
import { icon } from "./icon.js";

/** Shorter streaks are told well enough by their ribbon. */
const SHOWN_FROM = 5;

/** @returns {{node: HTMLElement, update: (streaks: object[]) => void}} */
export function mountStreaks({ gifts }) {
  const art = el("span.streak-art");
  const count = mountCount();
  const name = el("bdi.streak-name");
  const node = el("div.streak", { hidden: true, "data-testid": "streak" }, art, count.node, name);
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
    count.update(longest.count);
    setAttribute(node, "data-count", longest.count);
    shown = longest;
  }
  return { node, update };
}
