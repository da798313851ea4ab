/** The payouts that were asked for: how each stands, its steps, its statement, and cancelling it while that can be done. */

import { formatMoment } from "../../core/dates.js";
import { cancelPayout, fetchPayouts, fetchTaxYear } from "../../net/earnings_api.js";
import { askWhether } from "../dialogs.js";
import { el, language, price } from "../dom.js";
import { downloadButton } from "../download_button.js";
import { mountEndless } from "../endless.js";
import { problemOf } from "../problem.js";
import { diamonds, say } from "./words.js";

/**
 * @param {{token: string, onChanged: () => void, onGood: (words: string) => void, onProblem: (words: string) => void}} options
 *   `onChanged`: diamonds have moved
 * @returns {{node: HTMLElement, restart: () => Promise<void>, refresh: () => Promise<void>}}
 */
export function mountPayouts({ token, onChanged, onGood, onProblem }) {
  const list = el("ol.cards");

  async function cancel({ id, diamonds: held }) {
    const question = {
      heading: say("cancel_heading"), about: say("cancel_text", { diamonds: diamonds(held) }), yes: say("cancel_yes"), no: say("cancel_no"),
    };
    if (!(await askWhether(question))) return;
    try {
      await cancelPayout(id, token);
      onGood(say("cancelled", { diamonds: diamonds(held) }));
    } catch (error) {
      onProblem(problemOf(error, say));
    }
    onChanged();
  }
  function yearButton(year) {
    return downloadButton({
      label: say("tax_year", { year: String(year) }),
      text: say("tax_year_short", { year: String(year) }),
      file: `tax-${year}.csv`,
      fetchFile: () => fetchTaxYear(year, token),
      onFailed: (error) => onProblem(problemOf(error, say)),
    });
  }
  const endless = mountEndless({
    list,
    say,
    load: async (cursor) => {
      const page = await fetchPayouts(token, cursor);
      return { items: page.payouts, cursor: page.cursor };
    },
    add: (payouts) => list.append(...payouts.map((payout) => rowOf(payout, cancel))),
    empty: () => say("payouts_empty"),
  });
  const node = el("section.part", { "data-testid": "payouts" },
    el("div.part-bar", {}, el("h2.part-title", { text: say("payouts") }), el("div.years", {}, ...years().map(yearButton))), endless.node);
  return { node, restart: endless.restart, refresh: endless.refresh };
}

/** The year that is asked for soon, and the one that runs; the server counts them in UTC. */
function years() {
  const now = new Date().getUTCFullYear();
  return [now - 1, now];
}

function rowOf(payout, cancel) {
  const { id, status, net, destination, history, cancellable, created_ms: createdMs } = payout;
  return el("li.card.panel", { "data-id": id, "data-status": status, "data-testid": "payout" },
    el("div.line-words", {},
      el("p.line-what.payout-net", { text: price(net) }),
      el("p.line-about", {},
        el("span", { text: say("payout_about", { diamonds: diamonds(payout.diamonds), destination }) }),
        el("time", { dateTime: new Date(createdMs).toISOString(), text: formatMoment(createdMs, language) }))),
    el("div.line-numbers", {}, el("span.status", { "data-status": status, text: say(`status_${status}`) })),
    el("div.card-acts", {},
      el("details.steps-done", {}, el("summary", { text: say("payout_steps") }), el("ol", {}, ...history.map(stepOf))),
      cancellable ? el("button.button", { type: "button", text: say("cancel"), "data-testid": "cancel", onclick: () => cancel(payout) }) : null,
      el("a.button", { href: `/earnings?statement=${encodeURIComponent(id)}`, text: say("statement"), "data-testid": "statement" })));
}

function stepOf({ status, at_ms: atMs, why }) {
  return el("li", {}, el("strong", { text: say(`was_${status}`) }), el("time", { text: formatMoment(atMs, language) }), why ? el("span", { text: why }) : null);
}
