/** What the parts of the console are made of: rows with what can be done about them, facts, and lists that go on. */

import { el } from "../dom.js";
import { mountEndless } from "../endless.js";
import { say } from "./words.js";

/**
 * A row: what it is, more about it, an amount, buttons, and what is below all that.
 * @param {{what: Words, about?: Words, amount?: string|Node, acts?: HTMLElement[], more?: Node|null, testid?: string}} row
 *
 * @typedef {string|Node|(string|Node|null)[]} Words
 */
export function rowOf({ what, about = "", amount = "", acts = [], more = null, testid }) {
  return el("li.row", { "data-testid": testid },
    el("div.row-words", {}, el("div.row-what", {}, ...[what].flat()), about.length ? el("div.row-about", {}, ...[about].flat()) : null),
    amount ? el("span.row-amount", {}, amount) : null,
    acts.length ? el("div.row-acts", {}, ...acts) : null,
    more);
}

/** A button of a row. */
export function actButton(label, onclick, { strong = false, testid } = {}) {
  return el(strong ? "button.button.button-strong" : "button.button", { type: "button", text: label, onclick, "data-testid": testid });
}

/** A person's name with the id; each is written in its own direction. */
export const called = (name, id) => el("span", {}, el("bdi", { text: name }), " (", el("bdi", { text: id }), ")");

/** Facts side by side: [[name, value]...]. */
export function factsOf(pairs) {
  return el("dl.facts", {}, ...pairs.map(([name, value]) => el("div.fact", {}, el("dt", { text: name }), el("dd", {}, ...[value].flat()))));
}

/** Puts other children into a node. Whoever works by keyboard goes on at the button in the place of the one before. */
export function redraw(node, children) {
  const buttons = () => [...node.querySelectorAll("button")];
  const at = buttons().indexOf(document.activeElement);
  node.replaceChildren(...children);
  if (at >= 0) buttons()[at]?.focus();
}

/** A titled sheet. */
export function sheetOf(title, ...children) {
  return el("section.desk-sheet.panel", {}, el("h2.part-title", {}, ...[title].flat()), ...children);
}

/**
 * A list that goes on page by page.
 * @param {(cursor: string|null) => Promise<object>} load a page as the server has it, with its cursor
 * @param {string} name what the page calls its items
 * @param {(item: object) => HTMLElement} row
 * @param {() => string} empty
 */
export function mountRows(load, name, row, empty) {
  const list = el("ul.rows");
  const loadItems = async (from) => {
    const { [name]: items, cursor } = await load(from);
    return { items, cursor };
  };
  const { node, ...rows } = mountEndless({ list, load: loadItems, add: (items) => list.append(...items.map(row)), empty, say });
  node.tabIndex = -1;
  /** Whoever works by keyboard goes on at the first row. */
  const keepingFocus = (turn) => async () => {
    const isHere = list.contains(document.activeElement);
    await turn();
    if (isHere && !list.contains(document.activeElement)) (list.querySelector("button") ?? node).focus();
  };
  return { node, restart: keepingFocus(rows.restart), refresh: keepingFocus(rows.refresh) };
}
