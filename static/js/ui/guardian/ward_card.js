/** One ward: what was spent, what moved lately, the lock of everything, and what is allowed. */

import { formatMoment } from "../../core/dates.js";
import { latest } from "../../core/latest.js";
import { fetchWardLimits, fetchWardStatement, putWardLock, unlinkWard } from "../../net/guardian_api.js";
import { askWhether } from "../dialogs.js";
import { el, language, number, setText, signed } from "../dom.js";
import { kindText } from "../kinds.js";
import { problemOf } from "../problem.js";
import { mountWardForm } from "./ward_form.js";
import { say } from "./words.js";

const SPANS = ["day", "week", "month"];
const LATEST = 5;

/**
 * @param {object} options
 * @param {{id: string, name: string}} options.ward
 * @param {string} options.token
 * @param {(id: string) => string} options.giftName
 * @param {() => void} options.onUnlinked
 * @param {(words: string) => void} options.onGood
 * @param {(words: string) => void} options.onProblem
 * @returns {{node: HTMLElement, refresh: () => Promise<void>}}
 */
export function mountWardCard({ ward, token, giftName, onUnlinked, onGood, onProblem }) {
  const sums = new Map(SPANS.map((span) => [span, el("b", { "data-testid": `spent-${span}` })]));
  const stopped = el("p.spending-stop", { text: say("locked"), hidden: true, "data-testid": "ward-locked" });
  const lock = el("button.button", { type: "button", hidden: true, "data-testid": "lock", onclick: () => attempt(turnLock) });
  const lines = el("ul.ward-latest", { "data-testid": "ward-latest" });
  const form = mountWardForm({ ward, token, onSet: take, onGood });
  const end = el("button.button", { type: "button", text: say("unlink"), "data-testid": "unlink", onclick: () => attempt(unlink) });
  const more = el("details.ward-more", { hidden: true, "data-testid": "ward-more" }, el("summary", { text: say("more") }), form.node, end);
  const node = el("article.ward.panel", { "data-testid": "ward", "data-id": ward.id },
    el("header.ward-head", {}, el("h3", { text: ward.name }), lock), stopped,
    el("dl.ward-sums", {}, ...SPANS.map((span) => el("div", {}, el("dt", { text: say(`spent_${span}`) }), el("dd", {}, sums.get(span))))),
    el("h4.ward-part", { text: say("latest") }), lines, more);
  const begin = latest();
  let isLocked = false;

  function show(view) {
    isLocked = Boolean(view.guardian_limits?.locked);
    // What is allowed is changed once it is known: what was typed before would be overwritten.
    lock.hidden = more.hidden = false;
    for (const [span, sum] of sums) setText(sum, number(view.spent[span]));
    stopped.hidden = !isLocked;
    setText(lock, say(isLocked ? "unlock" : "lock"));
    lock.setAttribute("aria-pressed", String(isLocked));
    form.update(view);
  }
  async function refresh() {
    const isNewest = begin();
    const [view, { entries }] = await Promise.all([fetchWardLimits(ward.id, token), fetchWardStatement(ward.id, LATEST, token)]);
    if (!isNewest()) return;
    show(view);
    lines.replaceChildren(...(entries.length ? entries.map(moved) : [el("li.limits-text", { text: say("latest_none") })]));
  }
  /** What an act was answered; what is on its way was asked for before it. */
  function take(view) {
    show(view);
    refresh().catch(() => {});
  }
  async function attempt(act) {
    try {
      await act();
    } catch (error) {
      onProblem(problemOf(error, say));
    }
  }
  async function turnLock() {
    take(await putWardLock(ward.id, !isLocked, token));
  }
  async function unlink() {
    const { name } = ward;
    if (!(await askWhether({ heading: say("unlink_ask", { name }), about: say("unlink_text"), yes: say("unlink_yes"), no: say("unlink_no") }))) return;
    await unlinkWard(ward.id, token);
    onUnlinked();
  }
  function moved({ kind, what, coins, at_ms: atMs }) {
    const words = kind === "gift"
      ? say("moved_gift", { gift: giftName(what.gift), quantity: what.quantity, receiver: what.receiver })
      : kindText(kind);
    return el("li", {}, el("span", { text: words }), el("time", { text: formatMoment(atMs, language) }), el("b", { text: signed(coins) }));
  }
  return { node, refresh };
}
