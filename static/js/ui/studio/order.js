/** How the room is kept in order: comments that wait, its rules, who is muted or banned, and what was done. */

import { latest } from "../../core/latest.js";
import { changeModeration, decideHeld, fetchModeration, fetchModerationLog, lift } from "../../net/moderation_api.js";
import { el } from "../dom.js";
import { mountHeld } from "./held.js";
import { mountKeptOut } from "./kept_out.js";
import { mountOrderLog } from "./order_log.js";
import { mountRoomRules } from "./room_rules.js";

const LOOK_EVERY_MS = 3000;

/**
 * @param {{room: string, token: string, onProblem: (error: Error) => void}} options
 * @returns {{node: HTMLElement, look: () => Promise<void>, start: () => void}} `look`: now, as something was decided elsewhere
 *   on this page; `start`: from now on, whenever it is seen
 */
export function mountOrder({ room, token, onProblem }) {
  let known = null;
  const begin = latest();
  let acts = 0;
  let seen = "";
  const rules = mountRoomRules({ onChange: change });
  const held = mountHeld({ onDecide: (id, decision) => act(decideHeld(token, room, id, decision)) });
  const keptOut = mountKeptOut({ onLift: (kind, user) => act(lift(token, room, kind, user)) });
  const log = mountOrderLog({ fetchLog: (cursor) => fetchModerationLog(token, room, cursor) });

  /** A setting shows at once what was chosen, and what holds where that could not be kept. */
  async function change(values) {
    if (known) rules.update({ ...known.settings, ...values });
    await act(changeModeration(token, room, values));
  }
  async function act(asked) {
    // An answer to what was asked before, or meanwhile, would show again what is just being changed.
    begin();
    acts += 1;
    try {
      await asked;
    } catch (error) {
      if (known) rules.update(known.settings);
      onProblem(error);
    }
    acts -= 1;
    await lookAtAll();
  }
  /** The log has grown, also where nothing else is another than before. */
  async function lookAtAll() {
    seen = "";
    await look();
  }
  async function look() {
    if (acts) return;
    const isNewest = begin();
    let found;
    try {
      found = await fetchModeration(token, room);
    } catch {
      // It is looked at again soon; until then it is as it was.
      return;
    }
    if (!isNewest()) return;
    known = found;
    rules.update(found.settings);
    held.update(found.held);
    keptOut.update(found);
    const now = JSON.stringify(found);
    if (now === seen) return;
    seen = now;
    await log.refresh();
  }
  const node = el("div.desk-panel", { id: "desk-order" }, held.node, rules.node, keptOut.node, log.node);
  /** It may be long: nobody asks for it who does not look at it. */
  async function goOn() {
    if (!document.hidden && node.checkVisibility()) await look();
    setTimeout(goOn, LOOK_EVERY_MS);
  }
  return { node, look: lookAtAll, start: goOn };
}
