/**
 * The texts of the page's language: the server puts the parts of `static/lang/<language>.json` that a page names in
 * its `data-texts` in place before the page's script runs. Pure apart from that one place.
 */

import { formatted } from "./messages.js";

/**
 * A function that gives texts.
 * @param {string} language whose rules numbers and plurals go by
 * @param {...string} parts of the file, the page's own first
 * @returns {(key: string, mentions?: object) => string} a text; an unknown key is a mistake and throws
 */
export function textsOf(language, ...parts) {
  const texts = Object.assign({}, ...parts.map((part) => globalThis.fanfareTexts[part]).reverse());
  return (key, mentions = {}) => {
    const message = texts[key];
    if (message === undefined) throw new Error(`no text: ${key}`);
    return formatted(message, mentions, language);
  };
}

/**
 * What the server said of a refusal, in the page's language.
 * @param {{error?: string, slug?: string, message: string, details?: object}} refusal as it came, or thrown by the client
 * @returns {string} the server's own sentence where it speaks that language, or the texts know no other
 */
export function refusalText({ error, slug = error, message, details }) {
  const { slugs, reasons } = globalThis.fanfareTexts;
  const told = reasons?.[details?.reason] ?? slugs?.[slug];
  // Why something is switched off is said by who did it, in their own words.
  return told && slug === "switched_off" && details?.reason ? `${told} ${details.reason}` : told ?? message;
}

/**
 * The language with its region, so that numbers and dates are written as the person is used to.
 * @param {string} language of the page
 * @param {readonly string[]} wanted as in navigator.languages
 */
export function withRegion(language, wanted) {
  return wanted.find((tag) => tag.toLowerCase().split("-")[0] === language) ?? language;
}
