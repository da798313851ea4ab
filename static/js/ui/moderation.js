/** What keeps a room in order, on its page: the menu of those who may, and what they have decided on who reads this. */

import { formatMoment } from "../core/dates.js";
import { refusalText } from "../core/texts.js";
import { ban, mute, remove } from "../net/moderation_api.js";
import { open } from "./dialogs.js";
import { el, language, setText, text } from "./dom.js";

const MINUTES = [1, 10, 60];
const MENU = "⋯";
const REASON_MAX = 200;

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

  async function show(item) {
    const act = await askWhatToDo(item);
    if (!act) return;
    const { id } = item.sender;
    try {
      if (act.seconds) await mute(token(), room, id, act);
      else if (act.ban) await ban(token(), room, id, act);
      else await remove(token(), room, item.kind === "comment" ? "comments" : "messages", item.id, act);
      toasts().show(text("moderation_done"));
    } catch (error) {
      toasts().show(refusalText(error));
    }
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
    menuOf(item) {
      const user = me();
      if (!mayKeepOrder(user) || !item.sender?.id || item.sender.id === user.id || item.kind === "level") return null;
      const label = text("moderate", { name: item.sender.name });
      return el("button.feed-menu", { type: "button", text: MENU, "aria-label": label, "data-testid": "moderate", onclick: () => show(item) });
    },
  };
}

function mayKeepOrder(user) {
  return ["moderator", "streamer"].includes(user?.role);
}

function askWhatToDo(item) {
  return open((close) => {
    const reason = el("input.field", { type: "text", maxLength: REASON_MAX, value: text("moderation_reason"), "data-testid": "moderation-reason" });
    const button = (words, act, name) => el("button.button", {
      type: "button", text: words, "data-testid": name, onclick: () => close({ ...act, reason: reason.value.trim() || text("moderation_reason") }),
    });
    const canRemove = item.kind === "comment" || item.text;
    return [
      el("h2", { text: item.sender.name }),
      el("p", { text: item.text ?? "" }),
      el("label.name-label", {}, text("moderation_why"), reason),
      el("div.dialog-buttons", {},
        ...MINUTES.map((minutes) => button(text("mute_for", { minutes }), { seconds: minutes * 60 }, `mute-${minutes}`)),
        canRemove ? button(text(item.kind === "comment" ? "remove_comment" : "remove_words"), {}, "remove") : null,
        button(text("ban_from_room"), { ban: true }, "ban"),
        el("button.button", { type: "button", autofocus: true, text: text("moderation_no"), onclick: () => close(null) })),
    ];
  }, null);
}
