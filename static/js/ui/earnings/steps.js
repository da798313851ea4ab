/** What the steps of a payout share: their forms, fields and buttons. */

import { el } from "../dom.js";
import { say } from "./words.js";

/** A form whose button is deaf while its answer is under way. */
export function stepForm({ onSubmit, onBack, button }, ...children) {
  const submit = el("button.button.button-strong", { type: "submit", text: button, "data-testid": "step-next" });
  const back = onBack ? el("button.button", { type: "button", text: say("back"), "data-testid": "step-back", onclick: onBack }) : null;
  const form = el("form.step", { noValidate: true }, ...children, el("div.step-buttons", {}, back, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    await onSubmit();
    submit.disabled = false;
  });
  return form;
}

/** A field with its label above, and a hint below. */
export function labelled(label, field, hint) {
  return el("label.name-label", {}, label, field, hint ? el("span.field-hint", { text: hint }) : null);
}

/** A field for a line of text. */
export function lineField(name, props = {}) {
  return el("input.field", { type: "text", name, maxLength: 100, autocomplete: "off", spellcheck: false, dir: "auto", "data-testid": name, ...props });
}
