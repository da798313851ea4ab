/** What the parts of the console are made of: rows with what can be done about them, facts, and lists that go on. */

import { el } from "../dom.js";
import { mountEndless } from "../endless.js";
import { say } from "./words.js";

/**
 * A row: what it is, more about it, an amount, and buttons.
 * @param {{what: string|Node, about?: string, amount?: string|Node, acts?: HTMLElement[], testid?: string}} row
 */
export function rowOf({ what, about = "", amount = "", acts = [], testid }) {
  return el("li.row", { "data-testid": testid },
    el("div.row-words", {}, el("div.row-what", {}, what), about ? el("div.row-about", { text: about }) : null),
    amount ? el("span.row-amount", {}, amount) : null,
    acts.length ? el("div.row-acts", {}, ...acts) : null);
}

/** A button of a row. */
export function actButton(label, onclick, { strong = false, testid } = {}) {
  return el(strong ? "button.button.button-strong" : "button.button", { type: "button", text: label, onclick, "data-testid": testid });
}

/** Facts side by side: [[name, value]...]. */
export function factsOf(pairs) {
  return el("dl.facts", {}, ...pairs.map(([name, value]) => el("div.fact", {}, el("dt", { text: name }), el("dd", { text: value }))));
}

/** A titled sheet. */
export function sheetOf(title, ...children) {
  return el("section.desk-sheet.panel", {}, el("h2.part-title", { text: title }), ...children);
}

/**
 * A list that goes on page by page.
 * @param {(cursor: string|null) => Promise<{items: object[], cursor: string|null}>} load
 * @param {(item: object) => HTMLElement} row
 * @param {() => string} empty
 */
export function mountRows(load, row, empty) {
  const list = el("ul.rows");
  return mountEndless({ list, load, add: (items) => list.append(...items.map(row)), empty, say });
}
