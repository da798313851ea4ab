/** A purchase's receipt as a document: read on the page, and printed on paper. */

import { formatDate } from "../../core/dates.js";
import { el, language, percent, price } from "../dom.js";
import { paperActs } from "../money_page.js";
import { say } from "./words.js";

/**
 * @param {object} receipt as the server tells it
 * @returns {HTMLElement}
 */
export function receiptOf(receipt) {
  return el("article.paper.receipt", { "aria-labelledby": "receipt-heading", "data-testid": "receipt-page" },
    el("header.receipt-head", {},
      el("h1", { id: "receipt-heading", text: say("receipt_heading") }),
      facts([
        [say("receipt_number"), receipt.number],
        [say("receipt_date"), formatDate(receipt.issued_ms, language)],
        [say("receipt_purchase"), receipt.purchase],
        [say("receipt_paid_by"), receipt.provider],
      ])),
    el("div.receipt-parties", {},
      party(say("receipt_seller"), receipt.seller),
      party(say("receipt_buyer"), [receipt.buyer.name, receipt.buyer.id, countryName(receipt.country)])),
    linesOf(receipt),
    el("p.receipt-note", { text: say("receipt_note") }),
    paperActs(say, "/wallet?show=purchases"));
}

function countryName(code) {
  return new Intl.DisplayNames(language, { type: "region" }).of(code);
}

function facts(rows) {
  return el("dl.receipt-facts", {}, ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]));
}

function party(heading, lines) {
  return el("section", {}, el("h2", { text: heading }), ...lines.map((line) => el("p", {}, el("bdi", { text: line }))));
}

function linesOf({ coins, bonus, net, tax, tax_name: name, tax_ppm: ppm, total, refunded }) {
  const left = { ...total, minor: total.minor - refunded.minor };
  const sums = [
    tax.minor
      ? [ppm === null ? name : say("receipt_tax", { name, percent: percent(ppm / 1_000_000) }), price(tax)]
      : [say("receipt_no_tax"), price(tax)],
    [say("receipt_total"), price(total), "receipt-total"],
    ...(refunded.minor
      ? [[say("receipt_refunded"), price({ ...refunded, minor: -refunded.minor })], [say("receipt_left"), price(left), "receipt-total"]]
      : []),
  ];
  return el("table.receipt-lines", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: say("receipt_what") }), el("th", { scope: "col", text: say("receipt_amount") }))),
    el("tbody", {},
      row("td", say("receipt_coins", { count: coins }), price(net)),
      bonus ? row("td", say("receipt_bonus", { count: bonus }), price({ ...net, minor: 0 })) : null),
    el("tfoot", {}, row("th", say("receipt_net"), price(net)), ...sums.map(([what, amount, kind]) => row("th", what, amount, kind))));
}

function row(tag, what, amount, kind) {
  const first = el(tag, { text: what });
  if (tag === "th") first.scope = "row";
  return el(kind ? `tr.${kind}` : "tr", {}, first, el("td", { text: amount }));
}
