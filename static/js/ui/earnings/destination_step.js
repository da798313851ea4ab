/** The last step of a payout: by which rail, and where to. */

import { mountChips } from "../chips.js";
import { el, price } from "../dom.js";
import { labelled, lineField, stepForm } from "./steps.js";
import { say } from "./words.js";

/** What each rail asks for: its fields, and the destination that they make. */
const RAILS = {
  demo() {
    const to = lineField("to");
    return { node: labelled(say("to_demo"), to, say("to_demo_hint")), destination: () => to.value };
  },
  paypal() {
    const to = lineField("to", { type: "email", autocomplete: "email" });
    return { node: labelled(say("to_paypal"), to), destination: () => to.value.trim() };
  },
  bank() {
    const [name, account, bank] = [lineField("holder", { autocomplete: "name" }), lineField("account"), lineField("bank")];
    const node = el("div.step-fields", {}, labelled(say("to_name"), name), labelled(say("to_iban"), account),
      labelled(say("to_bic"), bank, say("to_bic_hint")));
    return { node, destination: () => bankAccount(name.value, account.value, bank.value) };
  },
};

/** An IBAN begins with a country and two digits; a US routing number is nine digits. */
function bankAccount(name, account, bank) {
  const [number, code] = [account, bank].map((typed) => typed.replaceAll(/\s/gu, ""));
  return {
    name: name.trim(),
    [/^[A-Za-z]{2}\d{2}/u.test(number) ? "iban" : "account"]: number,
    ...(code && { [/^\d{9}$/u.test(code) ? "routing" : "bic"]: code }),
  };
}

/**
 * @param {{quoted: object, onBack: () => void, onSend: (to: {rail: string, destination: string|object}) => Promise<void>}} options
 * @returns {HTMLElement}
 */
export function destinationStep({ quoted, onBack, onSend }) {
  const rails = quoted.rails.filter((rail) => rail in RAILS);
  const fields = new Map(rails.map((rail) => [rail, RAILS[rail]()]));
  let chosen = rails[0];

  function show() {
    for (const [rail, { node }] of fields) node.hidden = rail !== chosen;
  }
  const chips = mountChips("rail", rails.map((value) => ({ value, label: say(`rail_${value}`) })), {
    label: say("rail"),
    chosen,
    onChoose: (rail) => {
      chosen = rail;
      show();
    },
  });
  chips.hidden = rails.length < 2;
  show();
  return stepForm({
    button: say("confirm", { money: price(quoted.net) }),
    onSubmit: () => onSend({ rail: chosen, destination: fields.get(chosen).destination() }),
    onBack,
  }, chips, ...Array.from(fields.values(), ({ node }) => node), quoted.needs_approval ? el("p.field-hint", { text: say("review_text") }) : null);
}
