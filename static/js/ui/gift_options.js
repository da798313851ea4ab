/** How many of a gift one tap sends, and what is said with it. */

import { QUANTITIES, WORDS_MAX } from "../core/tray_model.js";
import { el, number, text } from "./dom.js";

/**
 * The choice of how many one tap sends.
 * @param {{onChange: () => void}} options
 * @returns {{node: HTMLElement, chosen: number}}
 */
export function mountQuantities({ onChange }) {
  const inputs = QUANTITIES.map((quantity, i) =>
    el("input.visually-hidden", { type: "radio", name: "quantity", value: String(quantity), checked: i === 0, onchange: onChange }));
  const labels = inputs.map((input) => el("label.quantity", {}, input, el("span", { text: `×${number(Number(input.value))}` })));
  const node = el("fieldset.quantities", { "data-testid": "quantities" }, el("legend.visually-hidden", { text: text("quantity") }), ...labels);
  return {
    node,
    get chosen() {
      return Number(inputs.find((input) => input.checked).value);
    },
  };
}

/**
 * The field for words that go with the next gift.
 * @returns {{node: HTMLElement, said: string|undefined, clear: () => void}}
 */
export function mountWords() {
  const field = el("input.field.words", {
    type: "text",
    maxLength: WORDS_MAX,
    placeholder: text("words"),
    autocomplete: "off",
    enterKeyHint: "done",
    "aria-label": text("words"),
    "data-testid": "words",
  });
  // On a phone that puts the keyboard away, and the gifts are there again.
  field.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && field.blur());
  return {
    node: field,
    get said() {
      return field.value.trim() || undefined;
    },
    clear() {
      field.value = "";
    },
  };
}
