/** The sheet where coins are chosen: packages with their offers, and what can be undone. */

import { el, language, number, percent, price, setText, text, translated } from "./dom.js";
import { coinIcon } from "./icon.js";
import { offNotice } from "./off_notice.js";

/**
 * Opens it over the page. It closes by Escape, its button, or a touch beside it.
 * @param {object} packages as the server tells them
 * @param {(wanted: object) => Promise<void>} onBuy throws what went wrong
 * @param {Node|null} more what stands below
 */
export function openRechargeSheet(packages, onBuy, more) {
  const problem = el("p.form-problem", { role: "alert", "data-testid": "recharge-problem" });
  const dialog = el("dialog.dialog.sheet.panel", { "aria-label": text("get_coins"), "data-testid": "recharge" });

  async function buy(wanted) {
    const buttons = [...dialog.querySelectorAll(".package")];
    for (const button of buttons) button.disabled = true;
    setText(problem, "");
    try {
      await onBuy(wanted);
    } catch (error) {
      setText(problem, error.message || text("purchase_failed"));
      for (const button of buttons) button.disabled = false;
    }
  }
  const close = el("button.icon-button", { type: "button", "aria-label": text("close"), text: "×", onclick: () => dialog.close() });
  dialog.append(
    el("div.sheet-head", {}, el("h2", { text: text("get_coins") }), close),
    offNotice("purchases"),
    packages.providers.length ? shelf(packages, buy) : el("p", { text: text("purchases_off") }),
    problem,
    el("p.sheet-policy", { text: policyOf(packages), "data-testid": "policy" }));
  if (more) dialog.append(more);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/** What can be undone, where there is little room. */
export function shortPolicyOf({ refund_days: days }) {
  return text(days ? "policy_short_withdrawal" : "policy_short_no_refunds", { days });
}

/** What can be undone, and which tax is in the prices: said before anybody pays. */
export function policyOf({ refund_days: days, tax }) {
  const undo = text(days ? "policy_withdrawal" : "policy_no_refunds", { days });
  if (!tax.ppm) return undo;
  // The name may be an abbreviation, whose full stop ends the sentence.
  return `${undo} ${text("tax_included", { name: tax.name.replace(/\.$/u, ""), percent: percent(tax.ppm / 1_000_000) })}`;
}

function shelf({ packages }, buy) {
  return el("div.packages", {}, ...packages.map((one) => item(one, () => buy({ package: one.id }))));
}

function item({ id, coins, bonus, price: amount, offer }, onclick) {
  const usual = offer && offer.usual_price.minor !== amount.minor ? el("s.package-usual", { text: price(offer.usual_price) }) : null;
  return el("button.package", { type: "button", "data-package": id, onclick },
    el("span.package-coins", {}, coinIcon(20), el("span", { text: number(coins) })),
    bonus ? el("span.package-bonus", { text: text("bonus", { count: bonus }) }) : null,
    offer ? el("span.package-about", { text: aboutOffer(offer) }) : null,
    el("span.package-price", {}, usual, price(amount)));
}

function aboutOffer({ label, labels, until_ms: untilMs }) {
  const until = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }).format(untilMs);
  return text("offer_until", { label: translated(labels, label), until });
}
