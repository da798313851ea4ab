/** What is said in the room, each with a button that takes it back, and the menu of who keeps order. */

import { applyToFeed } from "../../core/feed.js";
import { el } from "../dom.js";
import { part, say } from "./words.js";

/** @param {{onRemove: (id: string) => Promise<void>, menuOf: (item: object) => HTMLElement|null}} options */
export function mountComments({ onRemove, menuOf }) {
  let items = [];
  const list = el("ol.desk-list", { tabIndex: 0, "aria-label": say("comments") });
  const empty = el("p.desk-empty", { text: say("comments_empty") });
  const rows = new Map();

  function rowOf(item) {
    const name = item.sender.name ?? say("somebody");
    const remove = el("button.button.comment-remove", {
      type: "button", text: say("remove"), "aria-label": say("remove_of", { name }), "data-testid": "remove-comment",
      onclick: async () => {
        remove.disabled = true;
        await onRemove(item.key.slice("c:".length));
        remove.disabled = false;
      },
    });
    return el("li.comment-line", { "data-testid": "studio-comment" },
      el("p.comment-said", {}, el("bdi.gift-who", { text: name }), " ", el("bdi", { text: item.text })), remove, menuOf(item));
  }
  function draw() {
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.remove();
      rows.delete(key);
    }
    for (const item of items) {
      if (rows.has(item.key)) continue;
      rows.set(item.key, rowOf(item));
      list.prepend(rows.get(item.key));
    }
    empty.hidden = items.length > 0;
  }
  return {
    node: part("comments", empty, list),
    add(events) {
      items = events.filter(({ type }) => type !== "gift_sent").reduce(applyToFeed, items).filter(({ kind }) => kind === "comment");
      draw();
    },
  };
}
