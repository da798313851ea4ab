/** The audit log: who did what to whom, and why; searched by each of them, and by days. */

import { formatMoment } from "../../core/dates.js";
import { fetchLog } from "../../net/ops_api.js";
import { apart, el, language } from "../dom.js";
import { mountRows, rowOf, sheetOf } from "./rows.js";
import { nameOf, say } from "./words.js";

const FIELDS = ["who", "what", "whom", "from", "to"];
const DAYS = ["from", "to"];

/** @param {{token: string}} options */
export function mountLog({ token }) {
  const fields = new Map(FIELDS.map((name) => [name, el("input.field", {
    type: DAYS.includes(name) ? "date" : "search", maxLength: 200, autocomplete: "off", spellcheck: false, "data-testid": `log-${name}`,
  })]));
  const rows = mountRows((cursor) => {
    const wanted = Object.fromEntries([...fields].map(([name, { value }]) => [name, value.trim()]));
    return fetchLog(token, { ...wanted, cursor });
  }, "entries", ({ n, at_ms: at, who, what, whom, reason, details, chain }) => rowOf({
    testid: "log-entry",
    what: apart(nameOf(who), what.replaceAll("_", " "), whom),
    about: apart(reason, details, formatMoment(at, language)),
    amount: el("span.seal", { text: `${n} · ${chain.slice(0, 8)}` }),
  }), () => say("nothing"));
  const form = el("form.search", { role: "search" },
    ...FIELDS.map((name) => el("label", {}, say(`log_${name}`), fields.get(name))),
    el("button.button.button-strong", { type: "submit", text: say("look"), "data-testid": "search-log" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rows.restart();
  });
  const node = el("section.desk-part", { id: "panel-log" }, form, sheetOf(say("tab_log"), el("p.row-about", { text: say("log_text") }), rows.node));
  return { name: "log", node, refresh: rows.restart };
}
