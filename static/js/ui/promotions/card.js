/** One promotion: how it stands, what was delivered, what came of it, and when it was seen. */

import { formatUntil } from "../../core/dates.js";
import { shareOf, standOf } from "../../core/promoted.js";
import { el, language, number, setAttribute, setText } from "../dom.js";
import { mountViewPlot } from "./view_plot.js";
import { say } from "./words.js";

/**
 * @param {{title: string, onOpen: (open: boolean) => void}} options
 * @returns {{node: HTMLElement, update: (promotion: object) => void, report: (report: object) => void, isOpen: () => boolean}}
 */
export function mountPromotionCard({ title, onOpen }) {
  const stand = el("p.promotion-stand");
  const bar = el("progress.promotion-bar", { max: 1, "aria-label": say("fact_views") });
  const delivered = el("p.promotion-delivered");
  const facts = { visits: fact("fact_visits"), gifts: fact("fact_gifts") };
  const plot = mountViewPlot();
  const more = el("details.promotion-more", {}, el("summary", { text: say("when"), "data-testid": "when" }), plot.node);
  more.addEventListener("toggle", () => onOpen(more.open));
  const node = el("article.promotion.panel", { "data-testid": "promotion" },
    el("h3.promotion-title", {}, el("bdi", { text: title })), stand, bar, delivered,
    el("dl.promotion-facts", {}, facts.visits.node, facts.gifts.node), more);

  function update(promotion) {
    const now = standOf(promotion);
    setText(stand, standWords(now, now.untilMs ? formatUntil(now.untilMs, language, Date.now()) : null));
    setAttribute(node, "data-status", promotion.status);
    setAttribute(node, "data-id", promotion.id);
    bar.value = shareOf(promotion);
    setText(delivered, say("delivered", { delivered: promotion.delivered, count: promotion.impressions }));
    setText(facts.visits.value, number(promotion.visits));
    setText(facts.gifts.value, number(promotion.gifts));
    setText(facts.gifts.about, promotion.gifts ? say("fact_gift_coins", { count: promotion.gift_coins }) : "");
    more.hidden = promotion.started_ms === null;
  }
  return { node, update, report: plot.update, isOpen: () => more.open };
}

/** How it stands, and what came back, or still does, when it is over. */
export function standWords({ stand, back }, until) {
  const words = say(`stand_${stand}`, { until });
  if (back === null) return `${words} ${say("back_coming")}`;
  return back ? `${words} ${say("back_came", { count: back })}` : words;
}

function fact(name) {
  const value = el("span.fact-value");
  const about = el("span.fact-about");
  return { value, about, node: el("div.fact", {}, el("dt", { text: say(name) }), el("dd", {}, value, about)) };
}
