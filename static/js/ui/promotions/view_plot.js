/** Views by time, as bars, with the even pace as a line. A touch, the mouse or the arrow keys choose a bar. */

import { formatTime } from "../../core/dates.js";
import { topOf } from "../../core/plot.js";
import { joinedPoints } from "../../core/promoted.js";
import { el, language, setText, svg } from "../dom.js";
import { mountPlotArea } from "../plot_area.js";
import { say } from "./words.js";

const HEIGHT = 144;
const BASE = 20;
const AIR = 26;
/** Above the bars: a dot where the card was followed, and below it a square where gifts came of that. */
const VISIT_Y = 5;
const GIFT_Y = 15;
const BARS = 30;

/** @returns {{node: HTMLElement, update: (report: object) => void}} */
export function mountViewPlot() {
  const heading = el("p.view-value", { "data-testid": "plot-value" });
  const about = el("p.view-about");
  let points = [];
  let report = null;
  const area = mountPlotArea({ label: say("when"), height: HEIGHT, draw, onChoose });

  function onChoose(index) {
    const one = points[index];
    const toMs = points[index + 1]?.atMs ?? report.ends_ms;
    const [from, to] = [one.atMs, toMs].map((ms) => formatTime(ms, language));
    const mentions = { from, to, count: one.impressions, visits: one.visits, gifts: one.gifts };
    setText(heading, say("point_views", mentions));
    setText(about, say("point_about", mentions));
    return say("point_spoken", mentions);
  }
  function draw(width) {
    const pace = report.impressions / points.length;
    const top = topOf(Math.max(pace, ...points.map(({ impressions }) => impressions)));
    const yOf = (value) => HEIGHT - BASE - (value / top) * (HEIGHT - BASE - AIR);
    const floor = yOf(0);
    return [
      svg("line", { class: "plot-line", x1: 0, x2: width, y1: floor, y2: floor }),
      ...bars(width, yOf),
      svg("line", { class: "view-pace", x1: 0, x2: width, y1: yOf(pace), y2: yOf(pace) }),
      ...marks(width),
      ...times(width),
    ];
  }
  function bars(width, yOf) {
    const step = width / points.length;
    const thick = Math.max(2, step * 0.72);
    return points.map(({ impressions }, i) => {
      const height = impressions ? Math.max(3, HEIGHT - BASE - yOf(impressions)) : 0;
      const x = i * step + (step - thick) / 2;
      return svg("rect", { class: "plot-bar", x, y: HEIGHT - BASE - height, width: thick, height, rx: Math.min(4, thick / 2) });
    });
  }
  function marks(width) {
    const step = width / points.length;
    return points.flatMap(({ visits, gifts }, i) => {
      const x = (i + 0.5) * step;
      return [
        visits ? svg("circle", { class: "view-visit", cx: x, cy: VISIT_Y, r: 3 }) : null,
        gifts ? svg("rect", { class: "view-gift", x: x - 3, y: GIFT_Y - 3, width: 6, height: 6 }) : null,
      ].filter(Boolean);
    });
  }
  function times(width) {
    const places = [[report.started_ms, 0, "start"], [(report.started_ms + report.ends_ms) / 2, width / 2, "middle"], [report.ends_ms, width, "end"]];
    return places.map(([ms, x, anchor]) => svg("text", { class: "plot-date", x, y: HEIGHT - 4, "text-anchor": anchor }, formatTime(ms, language)));
  }
  return {
    node: el("div.view-plot", {}, heading, about, area.node, el("p.view-about", { text: say("even_pace") })),
    update(told) {
      const isFirst = report === null;
      report = told;
      points = joinedPoints(told.points, BARS);
      const last = Math.max(0, points.findLastIndex(({ impressions }) => impressions > 0));
      area.update(points.length, isFirst ? last : undefined);
    },
  };
}
