/** Tells a screen reader what happens in the room, politely: one announcement in three seconds. */

import { Announcements, BATCH_MS } from "../core/announcements.js";
import { el, setText, text } from "./dom.js";

/** @returns {{node: HTMLElement, add: (event: object, giftName?: string) => void}} */
export function mountAnnouncer() {
  const node = el("div.visually-hidden", { role: "log", "aria-live": "polite", "data-testid": "announcer" });
  const waiting = new Announcements(text);
  let timer = null;
  function say() {
    const sentence = waiting.take(performance.now());
    timer = sentence || waiting.any ? setTimeout(say, BATCH_MS) : null;
    if (sentence) setText(node, sentence);
  }
  return {
    node,
    add(event, giftName) {
      waiting.add(event, giftName);
      timer ??= setTimeout(say, BATCH_MS);
    },
  };
}
