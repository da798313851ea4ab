/** The second step of a payout: each step from the diamonds to what is paid, with its reason. */

import { formatTime } from "../../core/dates.js";
import { el, language, price } from "../dom.js";
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

function rowOf({ name, amount, why }) {
  return el("div.quote-row", { "data-step": name },
    el("dt", {}, el("span", { text: NAMED.includes(name) ? say(`step_${name}`) : name }), el("span.quote-why", { text: why })),
    el("dd", { text: price(amount) }));
}
