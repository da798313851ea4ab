/** What was spent today, this week and this month, against the limits; and what stands against spending at all. */

import { formatMoment, formatUntil } from "../../core/dates.js";
import { fullness, limitOf } from "../../core/spending.js";
import { el, language, number, setAttribute, setText } from "../dom.js";
import { icon } from "../icon.js";
import { say } from "./words.js";

const WINDOWS = ["day", "week", "month"];
/** From here on a meter is warm. */
const WARM = 0.8;

/**
 * @param {{name: string}} options
 * @returns {{node: HTMLElement, update: (view: object) => void}}
 */
export function mountMeters({ name }) {
  const today = el("span", { "data-testid": "spent-today" });
  const stop = el("p.spending-stop", { role: "status", hidden: true, "data-testid": "stop" });
  const meters = WINDOWS.map(mountMeter);
  const node = el("section.purse.panel", { "data-testid": "meters" },
    el("div.purse-art", { "aria-hidden": "true" }, icon("coin", { size: 112 })),
    el("p.purse-name", {}, el("bdi", { text: name })),
    el("h1.purse-title", { text: say("spent_today") }),
    el("p.purse-coins", {}, today),
    stop, ...meters.map((meter) => meter.node));

  function update(view) {
    setText(today, number(view.spent.day));
    const until = view.cool_off_until_ms;
    stop.hidden = !until && !view.guardian_limits?.locked;
    setText(stop, until ? say("break_until", { until: formatMoment(until, language) }) : say("locked"));
    for (const meter of meters) meter.update(view);
  }
  return { node, update };
}

function mountMeter(window) {
  const words = el("span.meter-words");
  const about = el("p.meter-about");
  const bar = el("progress.least.meter", { max: 1, "aria-label": say(`spent_${window}`) });
  const node = el("div.meter-row", { "data-testid": `meter-${window}` },
    el("p.meter-head", {}, el("span.meter-name", { text: say(`spent_${window}`) }), words), bar, about);
  return {
    node,
    update(view) {
      const limit = limitOf(view, window);
      const spent = view.spent[window];
      setText(words, limit === null ? number(spent) : say("of_limit", { spent: number(spent), limit: number(limit) }));
      bar.hidden = limit === null;
      const full = fullness(spent, limit);
      bar.value = full;
      setAttribute(node, "data-warm", full >= WARM && limit !== null);
      const resets = say("resets", { until: formatUntil(view.resets[`${window}_ms`], language, Date.now()) });
      setText(about, limit === null ? say("no_limit") : resets);
    },
  };
}
