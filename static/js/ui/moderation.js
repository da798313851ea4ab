/** What keeps a room in order, on its page: the menu of those who may, and what they have decided on who reads this. */

import { formatMoment } from "../core/dates.js";
import { el, language, setText, text } from "./dom.js";
import { mayKeepOrder, mountModerationMenu } from "./moderation_menu.js";

/**
 * @param {object} options
 * @param {string} options.room
 * @param {() => string} options.token
 * @param {() => number} options.serverMs
 * @param {() => {id: string, role: string}|null} options.me
 * @param {{node: HTMLElement, hold: (held: boolean) => void}} options.composer
 * @param {() => {show: (words: string) => void}} options.toasts
 * @returns {{receive: (message: object) => void, menuOf: (item: object) => HTMLElement|null}} `menuOf`: the button at a
 *   line of the feed
 */
export function mountModeration({ room, token, serverMs, me, composer, toasts }) {
  const note = el("p.composer-note", { role: "status", hidden: true, "data-testid": "composer-note" });
  composer.node.prepend(note);
  let mutedUntil = 0;
  let rules = {};
  let timer = 0;

  function draw() {
    clearTimeout(timer);
    const left = mutedUntil - serverMs();
    const isKeeper = mayKeepOrder(me());
    const words = [];
    if (left > 0) words.push(text("muted_until", { until: formatMoment(mutedUntil, language) }));
    else if (rules.comments === false) words.push(text("comments_are_off"));
    else if (rules.slow_s) words.push(text("comments_are_slow", { seconds: rules.slow_s }));
    note.hidden = !words.length;
    setText(note, words.join(""));
    composer.hold(left > 0 || (rules.comments === false && !isKeeper));
    // Timers count in 31 bits; a mute that lasts longer is looked at again in between.
    if (left > 0) timer = setTimeout(draw, Math.min(left, 2 ** 31 - 1));
  }
  return {
    receive(message) {
      // A welcome is followed by what holds, where something does.
      if (message.type === "welcome") {
        mutedUntil = 0;
        rules = {};
      }
      if (message.type === "muted") mutedUntil = message.until_ms ?? 0;
      if (message.type === "room_rules") rules = message;
      if (["welcome", "muted", "room_rules"].includes(message.type)) draw();
    },
    menuOf: mountModerationMenu({ room, token, me, toasts }),
  };
}
