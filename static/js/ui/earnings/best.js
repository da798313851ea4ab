/** Who and what earned most in a period. */

import { latest } from "../../core/latest.js";
import { fetchEarningGifts, fetchGifters } from "../../net/earnings_api.js";
import { avatar } from "../avatar.js";
import { mountChips } from "../chips.js";
import { el, text } from "../dom.js";
import { icon } from "../icon.js";
import { problemOf } from "../problem.js";
import { diamonds, say } from "./words.js";

const PERIODS = ["day", "week", "month", "all"];

/**
 * @param {{token: string, giftName: (id: string) => string, onProblem: (problem: string) => void}} options
 * @returns {{node: HTMLElement, refresh: () => Promise<void>}}
 */
export function mountBest({ token, giftName, onProblem }) {
  const gifters = mountRanking("gifters", ({ user, name }) => [avatar({ id: user, name }), el("bdi", { text: name ?? text("somebody") })]);
  const gifts = mountRanking("gifts", ({ gift }) => [icon(gift, { size: 32, lazy: true }), el("span", { text: giftName(gift) })]);
  const begin = latest();
  let period = "month";

  async function refresh() {
    const isNewest = begin();
    try {
      const [people, things] = await Promise.all([fetchGifters(token, period), fetchEarningGifts(token, period)]);
      // Another period was chosen meanwhile.
      if (!isNewest()) return;
      gifters.update(people);
      gifts.update(things);
    } catch (error) {
      onProblem(problemOf(error, say));
    }
  }
  const chips = mountChips("period", PERIODS.map((value) => ({ value, label: say(`period_${value}`) })), {
    label: say("period"),
    chosen: period,
    onChoose: (value) => {
      period = value;
      refresh();
    },
  });
  const node = el("section.part", { "aria-label": say("best") }, el("div.part-bar", {}, el("h2.part-title", { text: say("best") }), chips),
    el("div.rankings", {}, gifters.node, gifts.node));
  return { node, refresh };
}

/** `about`: what stands before the numbers of a row: a picture, and a name. */
function mountRanking(name, about) {
  const list = el("ol.ranks");
  const empty = el("p.ranks-empty", { text: say("best_empty") });
  const node = el("section.ranking.panel", { "data-testid": name }, el("h3", { text: say(name) }), list, empty);
  return {
    node,
    update(rows) {
      empty.hidden = rows.length > 0;
      list.replaceChildren(...rows.slice(0, 10).map((row, i) => {
        const [picture, words] = about(row);
        return el("li.rank", {}, el("span.rank-place", { text: i + 1 }), el("span.line-art", { "aria-hidden": "true" }, picture),
          el("div.line-words", {}, el("p.line-what", {}, words), el("p.line-about", { text: say("gifts_count", { gifts: row.gifts }) })),
          el("p.line-amount.rank-diamonds", { text: diamonds(row.diamonds) }));
      }));
    },
  };
}
