/** Diamonds by day, as bars. A touch, the mouse or the arrow keys choose a day, whose values stand above. */

import { formatCalendarDay } from "../../core/dates.js";
import { topOf } from "../../core/plot.js";
import { compact, el, language, setText, svg } from "../dom.js";
import { mountPlotArea } from "../plot_area.js";
import { diamonds, say } from "./words.js";

const HEIGHT = 180;
const BASE = 22;
const AIR = 14;
/** A bar is never thinner, and never touches the next one. */
const GAP = 0.22;

/** @returns {{node: HTMLElement, update: (days: object[]) => void}} */
export function mountDayPlot() {
  const heading = el("p.plot-value", { "data-testid": "plot-value" });
  const about = el("p.plot-about");
  let days = [];
  const area = mountPlotArea({
    label: say("days"),
    height: HEIGHT,
    draw: (width) => [...lines(days, width), ...bars(days, width), ...scale(days), ...dates(days, width)],
    onChoose(index) {
      const one = days[index];
      const day = formatCalendarDay(one.day, language);
      const mentions = { day, diamonds: diamonds(one.diamonds), gifts: one.gifts, people: one.gifters };
      setText(heading, mentions.diamonds);
      const words = say("day_about", mentions);
      setText(about, `${day} · ${words}`);
      return say("day_spoken", { ...mentions, about: words });
    },
  });
  return {
    node: el("div.plot", {}, el("div.plot-words", {}, heading, about), area.node),
    update(told) {
      const isAnother = told.length !== days.length;
      days = told;
      // Of another span the last day is chosen, of the same one what was.
      area.update(days.length, isAnother ? days.length - 1 : undefined);
    },
  };
}

const highestOf = (days) => topOf(Math.max(...days.map((day) => Number(day.diamonds))));

const yOf = (value, top) => HEIGHT - BASE - (value / top) * (HEIGHT - BASE - AIR);

/** Nothing, half, and the top. */
function heights(days) {
  const top = highestOf(days);
  return [0, top / 2, top].map((value) => ({ value, y: yOf(value, top) }));
}

function lines(days, width) {
  return heights(days).map(({ y }) => svg("line", { class: "plot-line", x1: 0, x2: width, y1: y, y2: y }));
}

/** Over the bars, which would hide it. */
function scale(days) {
  return heights(days).slice(1).map(({ value, y }) => svg("text", { class: "plot-scale", x: 0, y: y - 4 }, compact(value)));
}

function bars(days, width) {
  const top = highestOf(days);
  const step = width / days.length;
  const thick = Math.max(2, Math.min(40, step * (1 - GAP)));
  return days.map((day, i) => {
    const value = Number(day.diamonds);
    // A day with a little is still seen.
    const height = value ? Math.max(3, HEIGHT - BASE - yOf(value, top)) : 0;
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
