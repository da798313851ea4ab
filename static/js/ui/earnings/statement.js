/** A payout's statement as a document: the server's own, read on the page and printed on paper. */

import { formatUtc } from "../../core/dates.js";
import { el, language, price } from "../dom.js";
import { paperActs } from "../money_page.js";
import { say } from "./words.js";

/**
 * @param {string} page the text of the server's page
 * @returns {HTMLElement}
 */
export function statementOf(page) {
  const sheet = new DOMParser().parseFromString(page, "text/html").querySelector("article");
  for (const time of sheet.querySelectorAll("time")) time.textContent = formatUtc(Date.parse(time.dateTime), language);
  for (const amount of sheet.querySelectorAll("data")) amount.textContent = priceOf(amount);
  return el("div.paper", { "data-testid": "statement-page" }, document.adoptNode(sheet), paperActs(say, "/earnings"));
}

function priceOf({ value, dataset: { currency, exponent } }) {
  return price({ minor: Number(value), currency, exponent: Number(exponent) });
}
