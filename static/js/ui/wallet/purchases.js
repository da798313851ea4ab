/** What was bought: each purchase with its price, how it stands, and what can be done about it. */

import { formatDate, formatMoment } from "../../core/dates.js";
import { stateOf } from "../../core/purchase_state.js";
import { fetchPurchases, withdrawPurchase } from "../../net/wallet_api.js";
import { askWhether } from "../dialogs.js";
import { el, language, price } from "../dom.js";
import { mountEndless } from "../endless.js";
import { coinIcon } from "../icon.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

/**
 * @param {{token: string, newKey: () => string, onChanged: () => void, onGood: (words: string) => void,
 *   onProblem: (words: string) => void}} options `onChanged`: coins have moved
 * @returns {{name: string, node: HTMLElement, restart: () => Promise<void>, refresh: () => Promise<void>}}
 */
export function mountPurchases({ token, newKey, onChanged, onGood, onProblem }) {
  const list = el("ol.cards");
  // Asked again without an answer, it is the same request.
  const keys = new Map();

  async function giveBack(purchase) {
    const { id, coins, bonus, price: paid } = purchase;
    const question = {
      heading: say("give_back_heading"),
      about: say("give_back_text", { count: coins + bonus, price: price(paid) }),
      yes: say("give_back_yes"),
      no: say("not_now"),
    };
    if (!(await askWhether(question))) return;
    if (!keys.has(id)) keys.set(id, newKey());
    try {
      const after = await withdrawPurchase(id, { token, key: keys.get(id) });
      const back = { ...after.refunded, minor: after.refunded.minor - purchase.refunded.minor };
      onGood(say("gave_back", { money: price(back) }));
      list.querySelector(`[data-id="${CSS.escape(id)}"]`)?.replaceWith(rowOf(after, giveBack));
      onChanged();
    } catch (error) {
      if (error.status >= 400 && error.status < 500) keys.delete(id);
      onProblem(problemOf(error, say));
    }
  }

  const endless = mountEndless({
    list,
    say,
    load: async (cursor) => {
      const page = await fetchPurchases(token, cursor);
      return { items: page.purchases, cursor: page.cursor };
    },
    add: (purchases) => list.append(...purchases.map((purchase) => rowOf(purchase, giveBack))),
    empty: () => say("purchases_empty"),
  });
  const node = el("section.history", { id: "panel-purchases" }, endless.node);
  return { name: "purchases", node, restart: endless.restart, refresh: endless.refresh };
}

function rowOf(purchase, onGiveBack) {
  const { id, status, coins, bonus, price: paid, created_ms: createdMs } = purchase;
  const state = stateOf(purchase, Date.now());
  const chip = state.partly ? say("status_partly", { money: price(purchase.refunded) }) : say(`status_${status}`);
  return el("li.card.panel", { "data-id": id, "data-status": status, "data-testid": "purchase" },
    el("span.line-art", { "aria-hidden": "true" }, coinIcon(32)),
    el("div.line-words", {},
      el("p.line-what", { text: say("bought", { coins, bonus }) }),
      el("p.line-about", {}, el("time", { dateTime: new Date(createdMs).toISOString(), text: formatMoment(createdMs, language) }))),
    el("div.line-numbers", {},
      el("p.line-amount", { text: price(paid) }),
      el("span.status", { "data-status": status, text: chip })),
    el("div.card-acts", {}, undoWords(purchase, state), ...acts(purchase, state, onGiveBack)));
}

function undoWords({ withdraw_until_ms: untilMs }, { undo }) {
  if (undo === null) return null;
  const words = {
    none: () => say("no_refunds"),
    over: () => say("give_back_over"),
    until: () => say("give_back_until", { until: formatDate(untilMs, language) }),
  };
  return el("p.card-words", { text: words[undo]() });
}

function acts(purchase, { pay, receipt, giveBack }, onGiveBack) {
  const { id, checkout_url: checkout } = purchase;
  return [
    pay ? el("a.button.button-strong", { href: checkout, text: say("pay_now"), "data-testid": "pay-now" }) : null,
    giveBack ? el("button.button", { type: "button", text: say("give_back"), "data-testid": "give-back", onclick: () => onGiveBack(purchase) }) : null,
    receipt ? el("a.button", { href: `/wallet?receipt=${encodeURIComponent(id)}`, text: say("receipt"), "data-testid": "receipt" }) : null,
  ];
}
