/** The first step of a payout: how many diamonds. */

import { diamondsOf, worthOf } from "../../core/diamonds.js";
import { el, price, setText } from "../dom.js";
import { labelled, lineField, stepForm } from "./steps.js";
import { diamonds, say } from "./words.js";

/**
 * @param {{earnings: object, wanted: string, onNext: (diamonds: string) => Promise<void>, onWrong: (words: string) => void}} options
 * @returns {HTMLElement}
 */
export function amountStep({ earnings, wanted, onNext, onWrong }) {
  const field = lineField("amount", { inputMode: "decimal", value: wanted, autofocus: true, oninput: tell });
  field.setAttribute("autofocus", "");
  const worth = el("p.step-worth");
  const all = el("button.button.all", {
    type: "button", text: say("amount_all", { diamonds: diamonds(earnings.available) }),
    onclick: () => {
      field.value = earnings.available;
      tell();
    },
  });

  function tell() {
    const amount = diamondsOf(field.value);
    setText(worth, amount ? say("worth", { money: price(worthOf(amount, earnings.rate_card)) }) : "");
  }
  tell();
  return stepForm({
    button: say("next"),
    onSubmit: async () => {
      const amount = diamondsOf(field.value);
      if (amount) await onNext(amount);
      else onWrong(say("amount_wrong"));
    },
  }, labelled(say("amount_label"), field), el("div.amount-more", {}, all, worth));
}
