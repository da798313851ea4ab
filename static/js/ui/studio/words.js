/** The studio's texts in the page's language, and what its parts are built of. */

import { textsOf } from "../../core/texts.js";
import { el, language } from "../dom.js";

/** A text of the studio. */
export const say = textsOf(language, "studio", "money");

/** A part of the desk. @param {string} name @param {...Node} children */
export function part(name, ...children) {
  return el("section.desk-part.panel", { "data-testid": `part-${name}`, "aria-label": say(name) }, el("h2.desk-title", { text: say(name) }), ...children);
}

/** A button that says what it does. */
export function button(name, onclick, more = {}) {
  return el("button.button.desk-button", { type: "button", text: say(name), "data-testid": name, onclick, ...more });
}

/**
 * A choice with its name above it.
 * @param {string} name
 * @param {(HTMLElement)[]} options
 * @param {(value: string) => void} onChange
 */
export function choice(name, options, onChange) {
  const select = el("select.field.desk-select", { "data-testid": name, onchange: () => onChange(select.value) }, ...options);
  return { select, node: el("label.desk-label", {}, el("span", { text: say(name) }), select) };
}

/** One option of a choice. */
export const option = (value, label) => el("option", { value, text: label });
