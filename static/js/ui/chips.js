/** A choice of one among a few, as a row of chips. The arrow keys go from one to the next. */

import { el } from "./dom.js";

/**
 * @param {string} name of the choice, once on a page
 * @param {{value: string, label: string}[]} options
 * @param {{label: string, chosen: string, onChoose: (value: string) => void}} about
 * @returns {HTMLElement}
 */
export function mountChips(name, options, { label, chosen, onChoose }) {
  return el("fieldset.chips", { "data-testid": name }, el("legend.visually-hidden", { text: label }),
    ...options.map((option) => el("label.chip", {},
      el("input.visually-hidden", {
        type: "radio", name, value: option.value, checked: option.value === chosen, onchange: () => onChoose(option.value),
      }),
      el("span", { text: option.label }))));
}
