/** In a room: the way to promote it, and the word of who has come by a promoted card. */

import { PAGES, isGuest, takeAlong } from "../net/identity.js";
import { tellWhoFollowed } from "../net/promoted_api.js";
import { el, text } from "./dom.js";

/**
 * @param {{below: HTMLElement}} place
 * @returns {{update: (room: object|null, token: string) => void}}
 */
export function mountPromoteLink({ below }) {
  let [room, token] = [null, null];
  const node = el("a.promote-link", {
    text: text("promote_this"), hidden: true, "data-testid": "promote",
    onclick: () => takeAlong(token, PAGES.promotions),
  });

  function update(now, by) {
    if (now === null || (now === room && by === token)) return;
    if (by !== token && !isGuest(by)) tellWhoFollowed(now.id, by);
    [room, token] = [now, by];
    node.hidden = now.status !== "live" || now.promotable === false;
    node.href = `${PAGES.promotions}?room=${encodeURIComponent(now.id)}`;
  }
  below.append(node);
  return { update };
}
