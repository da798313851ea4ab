/** What was done to keep the room in order: what, to whom, by whom, why. */

import { formatMoment } from "../../core/dates.js";
import { apart, el, language, listed, number } from "../dom.js";
import { mountEndless } from "../endless.js";
import { part, say } from "./words.js";

/** @param {{fetchLog: (cursor: string|null) => Promise<{entries: object[], cursor: string|null}>}} options */
export function mountOrderLog({ fetchLog }) {
  const list = el("ol.order-log", { "aria-label": say("order_log") });
  const rows = mountEndless({
    list,
    load: async (cursor) => {
      const { entries, cursor: next } = await fetchLog(cursor);
      return { items: entries, cursor: next };
    },
    add: (entries) => list.append(...entries.map(rowOf)),
    empty: () => say("order_log_empty"),
    say,
  });
  return { node: part("order_log", rows.node), refresh: rows.refresh };
}

function rowOf({ at_ms: at, who, what, whom, reason, text: words }) {
  const isOfRoom = what === "moderation";
  return el("li.order-entry", { "data-testid": "order-entry", "data-what": what },
    el("p", {}, el("b", { text: say(`act_${what}`) }), " ", isOfRoom ? null : el("bdi", { text: whom })),
    words ? el("p.gift-words", { dir: "auto", text: words }) : null,
    el("p.desk-soft", {}, ...apart(nameOf(who), isOfRoom ? changed(reason) : reason, formatMoment(at, language))));
}

/** Who did something, without the kind that the books put before the name. */
const nameOf = (who) => who.replace(/^person:/u, "");

/** What was changed of the room's settings, which the log has as {name: value}; a reason of somebody's stays as it is. */
function changed(reason) {
  try {
    return listed(...Object.entries(JSON.parse(reason)).map(([name, value]) => `${say(`order_${name}`)}: ${valueOf(name, value)}`));
  } catch {
    return reason;
  }
}

function valueOf(name, value) {
  if (name === "links") return say(`links_${value}`);
  return typeof value === "number" ? number(value) : say(value ? "is_on" : "is_off");
}
