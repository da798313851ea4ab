/** A streamer's diamonds at a glance: what can be paid out, what is still held, what is on its way, what was paid. */

import { formatUntil } from "../../core/dates.js";
import { leastDiamonds } from "../../core/diamonds.js";
import { el, language, number, price, setAttribute, setText } from "../dom.js";
import { icon } from "../icon.js";
import { offNotice } from "../off_notice.js";
import { diamonds, say } from "./words.js";

/**
 * @param {{name: string, onGetPaid: () => void}} options
 * @returns {{node: HTMLElement, update: (earnings: object) => void}}
 */
export function mountTotals({ name, onGetPaid }) {
  const available = el("span", { "data-testid": "available" });
  const worth = el("p.purse-spent");
  const progress = el("progress.least", { max: 1, hidden: true, "aria-label": say("progress") });
  const least = el("p.purse-policy");
  const empty = el("p.purse-empty", { hidden: true, text: say("empty") });
  const getPaid = el("button.button.button-strong", { type: "button", text: say("get_paid"), "data-testid": "get-paid", onclick: onGetPaid });
  const states = ["pending", "held", "paid"].map(mountState);
  const node = el("section.purse.purse-diamonds.panel", { "data-testid": "totals" },
    el("div.purse-art", { "aria-hidden": "true" }, icon("diamond", { size: 112 })),
    el("p.purse-name", {}, el("bdi", { text: name })),
    el("h1.purse-title", { text: say("available") }),
    el("p.purse-coins", {}, available),
    worth, progress, least, empty, offNotice("payouts"), getPaid,
    el("dl.states", {}, ...states.map((state) => state.node)));

  function update(earnings) {
    const { value, rate_card: card } = earnings;
    setText(available, diamonds(earnings.available));
    setAttribute(node, "data-available", earnings.available);
    setText(worth, say("worth", { money: price(value) }));
    const wanted = leastDiamonds(card);
    const missing = wanted - Number(earnings.available);
    const nothing = ["available", "pending", "held", "paid"].every((state) => Number(earnings[state]) === 0);
    progress.hidden = least.hidden = missing <= 0 || nothing;
    progress.value = 1 - Math.max(0, missing) / wanted;
    setText(least, say("missing_least", { minimum: price(card.minimum), missing: number(Math.ceil(missing)) }));
    empty.hidden = !nothing;
    getPaid.hidden = nothing;
    getPaid.disabled = missing > 0;
    for (const state of states) state.update(earnings);
  }
  return { node, update };
}

/** What is said below each state. */
const ABOUT = {
  pending: ({ pending, next_settlement_ms: nextMs, rate_card: card }) => {
    if (nextMs !== null) return say("pending_next", { until: formatUntil(nextMs, language, Date.now()) });
    if (Number(pending)) return say("pending_hold", { hold: holdOf(card.hold_s) });
    return say("pending_none");
  },
  held: ({ held, in_review: inReview }) => {
    if (Number(inReview)) return say("held_review", { diamonds: diamonds(inReview) });
    return Number(held) ? "" : say("held_none");
  },
  paid: () => say("paid_about"),
};

function holdOf(seconds) {
  const [unit, size] = seconds >= 86_400 ? ["day", 86_400] : ["second", 1];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(seconds / size));
}

function mountState(state) {
  const amount = el("dd.state-amount", { "data-testid": state });
  const about = el("dd.state-about");
  return {
    node: el("div.state", {}, el("dt", { text: say(state) }), amount, about),
    update(earnings) {
      setText(amount, diamonds(earnings[state]));
      setAttribute(amount, "data-diamonds", earnings[state]);
      setText(about, ABOUT[state](earnings));
    },
  };
}
