/** The menu of those who keep a room in order, at what somebody said: mute, remove, ban. */

import { refusalText } from "../core/texts.js";
import { ban, mute, remove } from "../net/moderation_api.js";
import { open } from "./dialogs.js";
import { el, text } from "./dom.js";

const MINUTES = [1, 10, 60];
const MENU = "⋯";
const REASON_MAX = 200;

/**
 * @param {object} options
 * @param {string} options.room
 * @param {() => string} options.token
 * @param {() => {id: string, role: string}|null} options.me
 * @param {() => {show: (words: string) => void}} options.toasts
 * @param {() => void} [options.onDone] something was decided
 * @returns {(item: object) => HTMLElement|null} the button at a line of the feed, for those who may
 */
export function mountModerationMenu({ room, token, me, toasts, onDone = () => {} }) {
  async function show(item) {
    const act = await askWhatToDo(item);
    if (!act) return;
    const { id } = item.sender;
    try {
      if (act.seconds) await mute(token(), room, id, act);
      else if (act.ban) await ban(token(), room, id, act);
      else await remove(token(), room, item.kind === "comment" ? "comments" : "messages", item.id, act);
      toasts().show(text("moderation_done"));
      onDone();
    } catch (error) {
      toasts().show(refusalText(error));
    }
  }
  return (item) => {
    const user = me();
    if (!mayKeepOrder(user) || !item.sender?.id || item.sender.id === user.id || item.kind === "level") return null;
    const label = text("moderate", { name: item.sender.name });
    return el("button.feed-menu", { type: "button", text: MENU, "aria-label": label, "data-testid": "moderate", onclick: () => show(item) });
  };
}

/** Whether somebody may keep a room in order that they are in. */
export function mayKeepOrder(user) {
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
