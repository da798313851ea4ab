/** What was spent: a plot of days, and rooms and streamers who got most. */

import { latest } from "../../core/latest.js";
import { spanOf } from "../../core/plot.js";
import { limitOf } from "../../core/spending.js";
import { fetchSpending } from "../../net/spending_api.js";
import { avatar } from "../avatar.js";
import { mountChips } from "../chips.js";
import { mountDayBars } from "../day_bars.js";
import { el, number, price, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

const RANGES = [7, 30, 90];
const ROWS_MAX = 10;

/** An amount of a report's money, or nothing where coins have no price. */
function money({ currency, exponent }, minor) {
  return currency === null || minor === null ? "" : price({ minor, currency, exponent });
}

/**
 * @param {{token: string, onProblem: (words: string) => void}} options
 * @returns {{node: HTMLElement, refresh: () => Promise<void>, update: (view: object) => void}}
 */
export function mountReport({ token, onProblem }) {
  const begin = latest();
  let told = null;
  let view = null;
  let count = 30;
  let by = "streamer";
  const plot = mountDayBars({
    label: say("days"),
    valueOf: (day) => Math.max(0, day.coins),
    words(one, day) {
      const about = [say("day_about", { gifts: one.gifts }), money(told, one.minor)].filter(Boolean).join(" · ");
      return { value: number(one.coins), about: `${day} · ${about}`, spoken: say("day_spoken", { day, coins: one.coins, about }) };
    },
  });
  const sum = el("p.plot-sum", { "data-testid": "sum" });
  const ranks = mountRanks();

  async function refresh() {
    const isNewest = begin();
    const { from } = spanOf(count, Date.now());
    try {
      const [days, rows] = await Promise.all([fetchSpending({ from, by: "day" }, token), fetchSpending({ from, by }, token)]);
      // Something else was chosen meanwhile.
      if (!isNewest()) return;
      told = days;
      draw();
      ranks.update(rows);
    } catch (error) {
      onProblem(problemOf(error, say));
    }
  }
  function draw() {
    if (!told) return;
    plot.update(told.rows.map((row) => ({ ...row, day: row.key })), view && limitOf(view, "day"));
    const words = [say("days_sum", { coins: told.coins }), money(told, told.minor)].filter(Boolean).join(" · ");
    const more = [told.price && say(`price_${told.price}`), told.complete_from_ms === null ? "" : say("incomplete")];
    setText(sum, [words, ...more].filter(Boolean).join(". "));
  }
  function chips(name, options, chosen, choose) {
    return mountChips(name, options, {
      label: say(name),
      chosen,
      onChoose(value) {
        choose(value);
        refresh();
      },
    });
  }
  const ranges = RANGES.map((days) => ({ value: String(days), label: say(`days_${days}`) }));
  const kinds = ["streamer", "room"].map((value) => ({ value, label: say(`by_${value}`) }));
  const node = el("div.money-lists", {},
    el("section.part", {},
      el("div.part-bar", {}, el("h2.part-title", { text: say("days") }), chips("days_range", ranges, String(count), (value) => { count = Number(value); })),
      el("div.plot-panel.panel", {}, plot.node, sum)),
    el("section.part", { "aria-label": say("best") },
      el("div.part-bar", {}, el("h2.part-title", { text: say("best") }), chips("by", kinds, by, (value) => { by = value; })),
      ranks.node));
  return {
    node,
    refresh,
    update(next) {
      view = next;
      draw();
    },
  };
}

/** Who or what got most. */
function mountRanks() {
  const list = el("ol.ranks");
  const empty = el("p.ranks-empty", { text: say("ranks_empty") });
  const node = el("section.ranking.panel", { "data-testid": "ranks" }, list, empty);
  return {
    node,
    update(report) {
      empty.hidden = report.rows.length > 0;
      list.replaceChildren(...report.rows.slice(0, ROWS_MAX).map((row, i) => {
        const name = row.key === null ? say("promotions") : row.name ?? row.key;
        return el("li.rank", {}, el("span.rank-place", { text: i + 1 }),
          el("span.line-art", { "aria-hidden": "true" }, avatar({ id: row.key ?? "", name })),
          el("div.line-words", {}, el("p.line-what", {}, el("bdi", { text: name })),
            el("p.line-about", { text: say("day_about", { gifts: row.gifts }) })),
          el("div.line-numbers", {}, el("p.line-amount", { text: number(row.coins) }), el("p.line-left", { text: money(report, row.minor) })));
      }));
    },
  };
}
