/** What wards ask for, one card each: the guardian agrees to just that, or does not. */

import { formatMoment } from "../../core/dates.js";
import { latest } from "../../core/latest.js";
import { decideApproval, fetchApprovals } from "../../net/guardian_api.js";
import { el, language } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

/**
 * @param {{token: string, giftName: (id: string) => string, onGood: (words: string) => void, onProblem: (words: string) => void}} options
 * @returns {{node: HTMLElement, refresh: () => Promise<void>}}
 */
export function mountApprovals({ token, giftName, onGood, onProblem }) {
  const none = el("p.limits-text", { text: say("asked_none"), "data-testid": "asked-none" });
  const list = el("div.asked-list", { "aria-live": "polite" });
  const heading = el("h2.part-title", { text: say("asked_heading"), tabIndex: -1 });
  const node = el("section.limits.panel", {}, heading, none, list);
  const cards = new Map();
  const begin = latest();

  /** Whoever decides by keyboard goes on at the next one. */
  function remove(id) {
    const card = cards.get(id);
    const next = card?.nextElementSibling ?? card?.previousElementSibling;
    if (card?.contains(document.activeElement)) (next?.querySelector("button") ?? heading).focus();
    card?.remove();
    cards.delete(id);
    none.hidden = cards.size > 0;
  }
  async function decide(asked, approve, buttons) {
    for (const button of buttons) button.disabled = true;
    try {
      await decideApproval(asked.id, approve, token);
      onGood(say(approve ? "said_yes" : "said_no"));
      remove(asked.id);
      // An answer that is on its way still has it among those that wait.
      refresh().catch(() => {});
    } catch (error) {
      onProblem(problemOf(error, say));
      for (const button of buttons) button.disabled = false;
    }
  }
  function cardOf(asked) {
    const no = el("button.button", { type: "button", text: say("no"), "data-testid": "refuse", onclick: () => decide(asked, false, [no, yes]) });
    const yes = el("button.button.button-strong", { type: "button", text: say("yes"), "data-testid": "approve", onclick: () => decide(asked, true, [no, yes]) });
    const until = el("p.limits-text", { text: say("asked_until", { until: formatMoment(asked.expires_ms, language) }) });
    return el("article.asked", { "data-testid": "asked", "data-id": asked.id }, el("p.asked-what", { text: what(asked) }), until, el("div.asked-acts", {}, no, yes));
  }
  function what({ kind, ward_name: name, coins, about }) {
    if (kind === "purchase") return say("asked_purchase", { name, coins });
    if (kind === "promotion") return say("asked_promotion", { name, coins, room: about.room_title ?? about.room });
    const receiver = about.receiver_name ?? about.receiver;
    return say("asked_gift", { name, coins, receiver, gift: giftName(about.gift), quantity: about.quantity });
  }
  function update(approvals) {
    const open = new Map(approvals.filter(({ state }) => state === "asked").map((asked) => [asked.id, asked]));
    for (const id of cards.keys()) if (!open.has(id)) remove(id);
    // The newest come first from the server, and last here: nothing moves under a finger that is about to say yes.
    for (const [id, asked] of [...open].reverse()) {
      if (cards.has(id)) continue;
      cards.set(id, cardOf(asked));
      list.append(cards.get(id));
    }
    none.hidden = cards.size > 0;
  }
  async function refresh() {
    const isNewest = begin();
    const { approvals } = await fetchApprovals(token);
    if (isNewest()) update(approvals);
  }
  return { node, refresh };
}
