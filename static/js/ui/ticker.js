/** The last gifts as one line along the foot of the overlay, newest first. */

import { el, number, setText, text } from "./dom.js";
import { icon } from "./icon.js";

const SHOWN = 8;

/** @returns {{node: HTMLElement, update: (recent: object[]) => void}} */
export function mountTicker({ gifts }) {
  const node = el("ol.ticker", { "data-testid": "ticker" });
  const items = new Map();

  function update(recent) {
    const lines = newestOf(recent);
    const keys = new Set(lines.map((line) => line.key));
    for (const [key, item] of items) {
      if (keys.has(key)) continue;
      item.node.remove();
      items.delete(key);
    }
    for (const [i, line] of lines.entries()) {
      if (!items.has(line.key)) items.set(line.key, itemOf(line.event, gifts));
      const item = items.get(line.key);
      setText(item.count, line.count > 1 ? `×${number(line.count)}` : "");
      if (node.children[i] !== item.node) node.insertBefore(item.node, node.children[i] ?? null);
    }
  }
  return { node, update };
}

/** One entry for each streak, with its latest count. */
function newestOf(recent) {
  const lines = new Map();
  for (const event of [...recent].reverse()) {
    const key = event.streak?.id ?? event.id;
    if (!lines.has(key)) lines.set(key, { key, event, count: event.streak?.count ?? event.quantity });
    if (lines.size === SHOWN) break;
  }
  return [...lines.values()];
}

function itemOf(event, gifts) {
  const count = el("span.ticker-count");
  const name = el("bdi.ticker-name", { text: event.sender.name ?? text("somebody") });
  const title = gifts.get(event.gift)?.name ?? event.gift;
  const node = el("li.ticker-item", { "data-gift": event.gift }, name, icon(event.gift, { size: 28, title }), count);
  return { node, count };
}
