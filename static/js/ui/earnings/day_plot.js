/** Diamonds by day, as bars. A touch, the mouse or the arrow keys choose a day, whose values stand above. */

import { formatCalendarDay } from "../../core/dates.js";
import { indexAt, topOf } from "../../core/plot.js";
import { compact, el, language, setText } from "../dom.js";
import { diamonds, say } from "./words.js";

const HEIGHT = 180;
const BASE = 22;
const AIR = 14;
/** A bar is never thinner, and never touches the next one. */
const GAP = 0.22;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7 };

/** @returns {{node: HTMLElement, update: (days: object[]) => void}} */
export function mountDayPlot() {
  const heading = el("p.plot-value", { "data-testid": "plot-value" });
  const about = el("p.plot-about");
  const canvas = svg("svg", { class: "plot-picture", "aria-hidden": "true" });
  const area = el("div.plot-area", { role: "slider", tabIndex: 0, "aria-label": say("days"), "data-testid": "plot" }, canvas);
  const node = el("div.plot", {}, el("div.plot-words", {}, heading, about), area);
  let days = [];
  let chosen = 0;

  function choose(index) {
    chosen = Math.min(days.length - 1, Math.max(0, index));
    const one = days[chosen];
    const day = formatCalendarDay(one.day, language);
    const mentions = { day, diamonds: diamonds(one.diamonds), gifts: one.gifts, people: one.gifters };
    setText(heading, mentions.diamonds);
    setText(about, `${day} · ${say("day_about", mentions)}`);
    area.setAttribute("aria-valuenow", String(chosen));
    area.setAttribute("aria-valuetext", say("day_spoken", mentions));
    canvas.querySelectorAll(".plot-bar").forEach((bar, i) => bar.classList.toggle("is-chosen", i === chosen));
  }
  function draw() {
    const width = Math.round(area.clientWidth);
    if (!width || !days.length) return;
    canvas.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    canvas.setAttribute("height", String(HEIGHT));
    canvas.replaceChildren(...lines(days, width), ...bars(days, width), ...scale(days), ...dates(days, width));
    choose(chosen);
  }
  function point(event) {
    const box = area.getBoundingClientRect();
    choose(indexAt(event.clientX - box.left, box.width, days.length));
  }
  area.addEventListener("pointerdown", point);
  area.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" || event.buttons) point(event);
  });
  area.addEventListener("keydown", (event) => {
    const target = { Home: 0, End: days.length - 1 }[event.key] ?? (STEPS[event.key] && chosen + STEPS[event.key]);
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  });
  new ResizeObserver(draw).observe(area);
  return {
    node,
    update(told) {
      if (told.length !== days.length) chosen = told.length - 1;
      days = told;
      area.setAttribute("aria-valuemin", "0");
      area.setAttribute("aria-valuemax", String(days.length - 1));
      draw();
    },
  };
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
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
