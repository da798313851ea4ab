/** A wallet's history: every coin that came or went, by day, with filters, and as a file. */

import { formatDay, formatTime } from "../../core/dates.js";
import { FILTERS, aboutOf, byDay } from "../../core/wallet_lines.js";
import { fetchStatement, fetchStatementFile } from "../../net/wallet_api.js";
import { mountChips } from "../chips.js";
import { el, language, number, setText, signed } from "../dom.js";
import { downloadButton } from "../download_button.js";
import { mountEndless } from "../endless.js";
import { coinIcon, icon } from "../icon.js";
import { problemOf } from "../problem.js";
import { mountReceivers } from "./receivers.js";
import { say } from "./words.js";

/**
 * @param {{token: string, giftName: (id: string) => string, onProblem: (problem: string) => void}} options
 * @returns {{name: string, node: HTMLElement, restart: () => Promise<void>, refresh: () => Promise<void>}}
 */
export function mountHistory({ token, giftName, onProblem }) {
  const nameOf = mountReceivers();
  const list = el("div.days");
  let filter = FILTERS[0];
  const kinds = () => filter.kinds.join(",");

  const endless = mountEndless({
    list,
    say,
    load: async (cursor) => {
      const page = await fetchStatement(token, { kinds: kinds(), cursor });
      return { items: page.entries, cursor: page.cursor };
    },
    add: (entries) => {
      for (const { day, lines } of byDay(entries, (ms) => formatDay(ms, language, Date.now()))) addDay(list, day, lines.map(row));
    },
    empty: () => say(filter.kinds.length ? "history_empty_filtered" : "history_empty"),
  });
  const row = (line) => lineOf(line, giftName, nameOf);
  const chips = mountChips("kinds", FILTERS.map(({ name }) => ({ value: name, label: say(`kinds_${name}`) })), {
    label: say("history_filter"),
    chosen: filter.name,
    onChoose: (name) => {
      filter = FILTERS.find((one) => one.name === name);
      endless.restart();
    },
  });
  const csv = downloadButton({
    label: say("csv"),
    text: say("csv_short"),
    file: say("csv_file"),
    fetchFile: () => fetchStatementFile(token, kinds()),
    onFailed: (error) => onProblem(problemOf(error, say)),
  });
  const node = el("section.history", { id: "panel-history" },
    el("div.list-bar", {}, chips, csv), endless.node);
  return { name: "history", node, restart: endless.restart, refresh: endless.refresh };
}

/** More of a day that stands there already goes into it. */
function addDay(list, day, rows) {
  const last = list.lastElementChild;
  if (last?.dataset.day === day) last.querySelector("ol").append(...rows);
  else list.append(el("section.day", { "data-day": day }, el("h3.day-name", { text: day }), el("ol.lines.panel", {}, ...rows)));
}

function lineOf({ id, at_ms: atMs, kind, coins, balance, what }, giftName, nameOf) {
  const heading = kind === "gift" ? say("line_gift", { gift: giftName(what.gift), quantity: what.quantity }) : say(`line_${kind}`);
  const about = el("span");
  const told = aboutOf({ kind, what });
  if (told) setText(about, told.key ? say(told.key) : told.said);
  if (kind === "gift") nameOf(what.receiver, what.room).then((name) => setText(about, say("line_gift_to", { name })));
  return el("li.line", { "data-kind": kind, "data-id": id, "data-testid": "line" },
    el("span.line-art", { "aria-hidden": "true" }, kind === "gift" ? icon(what.gift, { size: 36, lazy: true }) : coinIcon(28)),
    el("div.line-words", {},
      el("p.line-what", { text: heading }),
      el("p.line-about", {}, about, el("time", { dateTime: new Date(atMs).toISOString(), text: formatTime(atMs, language) }))),
    el("div.line-numbers", {},
      el("p.line-amount", { "data-sign": Math.sign(coins), text: signed(coins) }),
      el("p.line-left", { text: say("line_left", { count: balance }), title: number(balance) })));
}
