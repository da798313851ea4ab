/** A payout's statement as a document: the server's own, read on the page and printed on paper. */

import { el } from "../dom.js";
import { paperActs } from "../money_page.js";
import { say } from "./words.js";

/**
 * @param {string} page the text of the server's page
 * @returns {HTMLElement}
 */
export function statementOf(page) {
  const sheet = new DOMParser().parseFromString(page, "text/html").querySelector("article");
  return el("div.paper", { "data-testid": "statement-page" }, document.adoptNode(sheet), paperActs(say, "/earnings"));
}
