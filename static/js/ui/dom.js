/** Building elements, and the page's words and numbers in its language. Text only ever goes in as text. */

import { formatCompact, formatMoney, formatNumber, formatPercent, formatSigned } from "../core/format.js";
import { textsOf, withRegion } from "../core/texts.js";

/** The language of this page, which the server has chosen, as the person writes it. */
export const language = withRegion(document.documentElement.lang, navigator.languages ?? []);

/** A text of this page. */
export const text = textsOf(language, "shared");

/** A sentence of the server's data in the page's language, or else as it is in English. */
export const translated = (sentences, english) => sentences?.[document.documentElement.lang] ?? english;

/** A number of this page. */
export const number = (value) => formatNumber(value, language);

/** What came or went, of this page: +5. */
export const signed = (value) => formatSigned(value, language);

/** A number of this page, where there is little room. */
export const compact = (value) => formatCompact(value, language);

/** An amount of money of this page. */
export const price = (value) => formatMoney(value, language);

/** A share of this page: 0.05 is 5%. */
export const percent = (value) => formatPercent(value, language);

/** Those of the words that are there, one after the other. */
export const listed = (...words) => words.filter(Boolean).join(text("comma"));

/**
 * Makes an element.
 * @param {string} spec `tag.class.class`
 * @param {Record<string, unknown>} [props] `on*` are listeners, `data-*`, `aria-*` and `role` attributes, `text` the
 *   text, all else properties
 * @param {...(Node|string|null|undefined)} children
 * @returns {HTMLElement}
 */
export function el(spec, props = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  node.classList.add(...classes);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "role" || name.startsWith("data-") || name.startsWith("aria-")) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Those of the words that are there, each in its own direction: a name must not turn the date beside it around. */
export function apart(...words) {
  return words.filter(Boolean).flatMap((one, i) => [i ? " · " : null, el("bdi", { text: one })]);
}

/** Sets an attribute, or takes it away for null, only where that changes something. */
export function setAttribute(node, name, value) {
  if (value === null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** An element of a drawing. */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** Sets a text only where that changes something: a live region must not speak twice. */
export function setText(node, value) {
  if (node.textContent !== value) node.textContent = value;
}

/** Whether the page is written from right to left. */
export function isRightToLeft() {
  return document.documentElement.dir === "rtl";
}

/** Whether the person, or the page's address, asked for less motion. */
export function wantsLessMotion() {
  return (
    new URLSearchParams(location.search).get("motion") === "reduce" ||
    matchMedia("(prefers-reduced-motion: reduce)").matches
  );
}

/** Animates, unless less motion is wanted. */
export function animate(node, frames, options) {
  return wantsLessMotion() ? null : node.animate(frames, options);
}
