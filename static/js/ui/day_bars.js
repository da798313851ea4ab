/** A plot of days as bars, with a scale and dates; and a line at a limit, where there is one. */

import { formatCalendarDay } from "../core/dates.js";
import { topOf } from "../core/plot.js";
import { compact, el, language, setText, svg } from "./dom.js";
import { mountPlotArea } from "./plot_area.js";

const HEIGHT = 180;
const BASE = 22;
const AIR = 14;
/** A bar is never thinner, and never touches the next one. */
const GAP = 0.22;

/**
 * @param {object} options
 * @param {string} options.label what it shows
 * @param {(day: object) => number} options.valueOf
 * @param {(day: object, text: string) => {value: string, about: string, spoken: string}} options.words of a day, whose
 *   date is that text
 * @returns {{node: HTMLElement, update: (days: object[], limit?: number|null) => void}}
 */
export function mountDayBars({ label, valueOf, words }) {
  const heading = el("p.plot-value", { "data-testid": "plot-value" });
  const about = el("p.plot-about");
  let days = [];
  let limit = null;
  const area = mountPlotArea({
    label,
    height: HEIGHT,
    draw(width) {
      const values = days.map(valueOf);
      const top = topOf(Math.max(limit ?? 0, ...values));
      return [...lines(top, width), ...bars(values, top, width), ...limitLine(limit, top, width), ...scale(top), ...dates(days, width)];
    },
    onChoose(index) {
      const one = days[index];
      const said = words(one, formatCalendarDay(one.day, language));
      setText(heading, said.value);
      setText(about, said.about);
      return said.spoken;
    },
  });
  return {
    node: el("div.plot", {}, el("div.plot-words", {}, heading, about), area.node),
    update(told, toldLimit = null) {
      const isAnother = told.length !== days.length;
      days = told;
      limit = toldLimit;
      // Of another span the last day is chosen, of the same one what was.
      area.update(days.length, isAnother ? days.length - 1 : undefined);
    },
  };
}

const yOf = (value, top) => HEIGHT - BASE - (value / top) * (HEIGHT - BASE - AIR);

/** Nothing, half, and the top. */
function heights(top) {
  return [0, top / 2, top].map((value) => ({ value, y: yOf(value, top) }));
}

function lines(top, width) {
  return heights(top).map(({ y }) => svg("line", { class: "plot-line", x1: 0, x2: width, y1: y, y2: y }));
}

function limitLine(limit, top, width) {
  if (limit === null) return [];
  return [svg("line", { class: "plot-limit", x1: 0, x2: width, y1: yOf(limit, top), y2: yOf(limit, top) })];
}

/** Over the bars, which would hide it. */
function scale(top) {
  return heights(top).slice(1).map(({ value, y }) => svg("text", { class: "plot-scale", x: 0, y: y - 4 }, compact(value)));
}

function bars(values, top, width) {
  const step = width / values.length;
  const thick = Math.max(2, Math.min(40, step * (1 - GAP)));
  return values.map((value, i) => {
    // A day with a little is still seen.
    const height = value > 0 ? Math.max(3, HEIGHT - BASE - yOf(value, top)) : 0;
    return svg("rect", {
      class: "plot-bar", x: i * step + (step - thick) / 2, y: HEIGHT - BASE - height, width: thick, height, rx: Math.min(5, thick / 2),
    });
  });
}

/** The first, a middle and the last day. */
function dates(days, width) {
  const last = days.length - 1;
  const places = [[0, 0, "start"], [Math.round(last / 2), width / 2, "middle"], [last, width, "end"]];
  return places.map(([i, x, anchor]) =>
    svg("text", { class: "plot-date", x, y: HEIGHT - 4, "text-anchor": anchor }, formatCalendarDay(days[i].day, language)));
}
