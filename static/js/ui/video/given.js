/** Who gave what, under the video: a row of cards, the newest first. */

import { avatar } from "../avatar.js";
import { compact, el, setText, text } from "../dom.js";
import { coinIcon, icon } from "../icon.js";

/**
 * @param {{gifts: Map<string, object>}} options the catalogue
 * @returns {{node: HTMLElement, update: (items: object[], coins: number) => void}}
 */
export function mountGiven({ gifts }) {
  const total = el("span.given-total", { "data-testid": "given-total" });
  const list = el("ol.given-list", { "aria-live": "off", tabIndex: 0, "aria-label": text("given") });
  const empty = el("p.given-empty", { text: text("given_empty") });
  const node = el("section.given", { "data-testid": "given" },
    el("div.given-head", {}, el("h2.given-title", { text: text("given") }), el("span.given-coins", {}, coinIcon(14), total)),
    empty, list);
  const cards = new Map();

  function update(items, coins) {
    setText(total, compact(coins));
    empty.hidden = items.length > 0;
    list.hidden = !items.length;
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, card] of cards) {
      if (ids.has(id)) continue;
      card.remove();
      cards.delete(id);
    }
    items.forEach((item, i) => {
      if (!cards.has(item.id)) cards.set(item.id, cardOf(item, gifts));
      const card = cards.get(item.id);
      // A card that stands where it belongs stays: moving it would take the focus and the scrolling with it.
      if (list.children[i] !== card) list.insertBefore(card, list.children[i] ?? null);
      if (item.thanked && !card.dataset.thanked) mark(card);
    });
  }
  return { node, update };
}

function cardOf({ id, sender, gift, quantity, message }, gifts) {
  const name = gifts.get(gift)?.name ?? gift;
  const what = text("feed_gift", { gift: name, count: quantity });
  return el("li.given-card", { "data-testid": "given-gift", "data-id": id, "data-gift": gift, title: message ?? "" },
    el("span.given-face", {}, avatar(sender), icon(gift, { size: 28 })),
    el("span.given-words", {},
      el("bdi.given-name", { text: sender.name ?? text("somebody") }),
      el("span.given-what", { text: what }),
      message ? el("bdi.given-message", { text: message }) : null));
}

/** The creator has thanked for it. */
function mark(card) {
  card.dataset.thanked = "true";
  card.append(el("span.given-thanked", { title: text("thanked"), "data-testid": "thanked" }, el("span.visually-hidden", { text: text("thanked") })));
}
