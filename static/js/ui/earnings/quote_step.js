/** The second step of a payout: each step from the diamonds to what is paid, with its reason. */

import { formatTime } from "../../core/dates.js";
import { el, language, price, translated } from "../dom.js";
import { stepForm } from "./steps.js";
import { say } from "./words.js";

/** Steps that this page has words for; of another one the server's own is shown. */
const NAMED = ["gross", "service_fee", "withholding", "net"];

/**
 * @param {{quoted: object, onBack: () => void, onNext: () => void}} options
 * @returns {HTMLElement}
 */
export function quoteStep({ quoted, onBack, onNext }) {
  return stepForm({ button: say("next"), onSubmit: onNext, onBack },
    el("dl.quote", { "data-testid": "quote" }, ...quoted.steps.map(rowOf)),
    el("p.field-hint", { text: say("steps_until", { until: formatTime(quoted.expires_ms, language) }) }));
}

function rowOf(step) {
  const { name, amount } = step;
  return el("div.quote-row", { "data-step": name },
    el("dt", {}, el("span", { text: NAMED.includes(name) ? say(`step_${name}`) : name }), el("span.quote-why", { text: whyOf(step) })),
    el("dd", { text: price(amount) }));
}

function whyOf({ name, why, mentions, whys }) {
  if (!mentions || !NAMED.includes(name)) return why;
  const told = { ...mentions, reason: translated(whys, mentions.reason) };
  return say(`why_${name}${mentions.left ? "_rounded" : ""}`, told);
}
