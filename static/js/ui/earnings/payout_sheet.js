/** A payout in three steps: how much, every step of what it comes to, where to. Nothing moves before the last button. */

import { formatUntil } from "../../core/dates.js";
import { askPayout, quotePayout } from "../../net/earnings_api.js";
import { el, language, price, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { amountStep } from "./amount_step.js";
import { destinationStep } from "./destination_step.js";
import { quoteStep } from "./quote_step.js";
import { taxStep } from "./tax_step.js";
import { diamonds, say } from "./words.js";

/** What our own words for a refusal mention. */
const MENTIONS = {
  "insufficient_diamonds": ({ available }) => ({ available: diamonds(available) }),
  "below_minimum": ({ minimum, missing }) => ({ minimum: price(minimum), missing: price(missing) }),
  "above_maximum": ({ maximum, resets_ms: resetsMs }) => ({ maximum: price(maximum), resets: formatUntil(resetsMs, language, Date.now()) }),
};

/** Fields whose wrong value has words of our own. */
const FIELDS = ["tin", "country", "treaty", "diamonds", "destination"];

function wordsOf(error) {
  const { field } = error.details ?? {};
  return error.slug === "bad_request" && FIELDS.includes(field) ? say(`wrong_${field}`) : problemOf(error, say, MENTIONS);
}

/**
 * Opens it over the page. It closes by Escape or its button.
 * @param {{token: string, newKey: () => string, earnings: object, name: string, onAsked: (payout: object) => void}} options
 */
export function openPayoutSheet({ token, newKey, earnings, name, onAsked }) {
  const place = el("p.sheet-step");
  const heading = el("h2", { tabIndex: -1, id: "payout-heading" });
  const problem = el("p.form-problem", { role: "alert", "data-testid": "payout-problem" });
  const body = el("div.sheet-body");
  const close = el("button.icon-button", { type: "button", "aria-label": say("close"), text: "×", onclick: () => dialog.close() });
  const dialog = el("dialog.dialog.sheet.payout.panel", { "aria-labelledby": "payout-heading", "data-testid": "payout-sheet" },
    el("div.sheet-head", {}, el("div", {}, place, heading), close), body, problem);
  let wanted = earnings.available;

  function show(number, title, node) {
    setText(place, say("step_of", { step: number }));
    setText(heading, title);
    setText(problem, "");
    body.replaceChildren(node);
    if (dialog.open) (node.querySelector("[autofocus]") ?? heading).focus();
  }
  /** Does what a step's button asks for; what goes wrong is said below it. */
  function doing(act) {
    return async (...given) => {
      setText(problem, "");
      try {
        await act(...given);
      } catch (error) {
        setText(problem, wordsOf(error));
      }
    };
  }
  function showAmount() {
    show(1, say("amount_heading"), amountStep({ earnings, wanted, onWrong: (words) => setText(problem, words), onNext: doing(quote) }));
  }
  async function quote(amount) {
    wanted = amount;
    try {
      showQuote(await quotePayout(amount, token));
    } catch (error) {
      if (error.slug !== "tax_profile_needed") throw error;
      show(2, say("tax_heading"), await taxStep({ token, name, onBack: showAmount, doing, onDone: () => quote(amount) }));
    }
  }
  function showQuote(quoted) {
    show(2, say("steps_heading"), quoteStep({ quoted, onBack: showAmount, onNext: () => showDestination(quoted) }));
  }
  function showDestination(quoted) {
    // One for this quote, however often its button is pressed.
    const key = newKey();
    const onSend = doing(async ({ rail, destination }) => {
      const payout = await askPayout({ quote: quoted.quote, rail, destination }, { token, key });
      dialog.close();
      onAsked(payout);
    });
    show(3, say("to_heading"), destinationStep({ quoted, onBack: () => showQuote(quoted), onSend }));
  }
  showAmount();
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
