/** The gifts as they come, with their words; a filter, and what it comes to. */

import { FILTER_NAMES, applyToLog, filtered } from "../../core/gift_log.js";
import { avatar } from "../avatar.js";
import { mountChips } from "../chips.js";
import { el, number, setAttribute, setText } from "../dom.js";
import { coinIcon, icon } from "../icon.js";
import { part, say } from "./words.js";

const SHOWN_MAX = 60;

/** @param {{gifts: Map<string, object>, onThank: (gift: string) => void, onRead: (gift: string) => void}} options `gift` is a sent gift's id */
export function mountGifts({ gifts, onThank, onRead }) {
  let lines = [];
  let filter = "all";
  const list = el("ol.desk-list", { tabIndex: 0, "aria-label": say("gifts") });
  const empty = el("p.desk-empty", { text: say("gifts_empty") });
  const sum = el("p.desk-soft", { "data-testid": "gifts-sum" });
  const chips = mountChips("gifts-filter", FILTER_NAMES.map((name) => ({ value: name, label: say(`gifts_${name}`) })), {
    label: say("gifts_filter"), chosen: filter,
    onChoose: (value) => {
      filter = value;
      draw();
    },
  });
  const rows = new Map();

  function draw() {
    const found = filtered(lines, filter);
    const shown = found.shown.slice(0, SHOWN_MAX);
    const keys = new Set(shown.map(({ key }) => key));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.node.remove();
      rows.delete(key);
    }
    for (const [i, line] of shown.entries()) {
      if (!rows.has(line.key)) rows.set(line.key, rowOf(line, gifts, { onThank, onRead }));
      const row = rows.get(line.key);
      setText(row.count, `×${number(line.count)}`);
      setText(row.coins, number(line.coins));
      setText(row.words, line.message ?? "");
      row.line = line;
      row.read.hidden = !line.message;
      setText(row.thank, say(line.thanked ? "thanked" : "thank"));
      row.thank.disabled = Boolean(line.thanked);
      setAttribute(row.node, "data-count", line.count);
      if (list.children[i] !== row.node) list.insertBefore(row.node, list.children[i] ?? null);
    }
    empty.hidden = lines.length > 0;
    setText(sum, lines.length ? say("gifts_sum", found.sum) : "");
  }
  draw();
  return {
    node: part("gifts", chips, sum, empty, list),
    add(events) {
      lines = events.reduce(applyToLog, lines);
      draw();
    },
  };
}

function rowOf(line, gifts, { onThank, onRead }) {
  const { sender, gift } = line;
  // What it is about changes while a streak goes on.
  const row = { line, count: el("b"), coins: el("span"), words: el("p.gift-words", { dir: "auto" }) };
  const mentions = { name: sender.name ?? say("somebody"), gift: gifts.get(gift)?.name ?? gift };
  const name = el("bdi.gift-who", { text: mentions.name });
  const what = el("span.desk-soft", { text: mentions.gift });
  row.thank = el("button.button.line-button", {
    type: "button", "aria-label": say("thank_of", mentions), "data-testid": "thank", onclick: () => onThank(row.line.id),
  });
  row.read = el("button.button.line-button", { type: "button", text: say("read_out"), "data-testid": "read-out", onclick: () => onRead(row.line.id) });
  row.node = el("li.gift-line", { "data-testid": "studio-gift", "data-gift": gift },
    avatar(sender), el("div.gift-said", {}, el("span", {}, name, " ", what, " ", row.count), row.words),
    icon(gift, { size: 32 }), el("span.gift-coins", {}, coinIcon(14), row.coins), row.read, row.thank);
  return row;
}
