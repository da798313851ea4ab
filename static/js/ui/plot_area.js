/** A plot of bars of which a touch, the mouse or the arrow keys choose one. What is drawn and said is its owner's. */

import { indexAt } from "../core/plot.js";
import { el, svg } from "./dom.js";

/** Bars that the keys for pages go on by. */
const LEAP = 7;
const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -LEAP, PageUp: LEAP };

/**
 * @param {object} options
 * @param {string} options.label what it shows, for who hears it
 * @param {number} options.height
 * @param {(width: number) => SVGElement[]} options.draw its picture; the bars have the class plot-bar, in their order
 * @param {(index: number) => string} options.onChoose shows a bar's values; what is said of it
 * @returns {{node: HTMLElement, update: (count: number, chosen?: number) => void}} `update` draws so many bars anew, and
 *   chooses one, by default the one that was chosen
 */
export function mountPlotArea({ label, height, draw, onChoose }) {
  const canvas = svg("svg", { class: "plot-picture", "aria-hidden": "true", height });
  const range = { "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0" };
  const node = el(
    "div.plot-area",
    { role: "slider", tabIndex: 0, "aria-label": label, ...range, "data-testid": "plot" },
    canvas,
  );
  let count = 0;
  let chosen = 0;

  function choose(index) {
    chosen = Math.min(count - 1, Math.max(0, index));
    node.setAttribute("aria-valuenow", String(chosen));
    node.setAttribute("aria-valuetext", onChoose(chosen));
    canvas.querySelectorAll(".plot-bar").forEach((bar, i) => bar.classList.toggle("is-chosen", i === chosen));
  }
  function redraw() {
    const width = Math.round(node.clientWidth);
    if (!width || !count) return;
    canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
    canvas.replaceChildren(...draw(width));
    choose(chosen);
  }
  function point(event) {
    const box = node.getBoundingClientRect();
    choose(indexAt(event.clientX - box.left, box.width, count));
  }
  node.addEventListener("pointerdown", point);
  node.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" || event.buttons) point(event);
  });
  node.addEventListener("keydown", (event) => {
    const target = { Home: 0, End: count - 1 }[event.key] ?? (STEPS[event.key] && chosen + STEPS[event.key]);
    if (target === undefined) return;
    event.preventDefault();
    choose(target);
  });
  new ResizeObserver(redraw).observe(node);
  return {
    node,
    update(bars, first = chosen) {
      [count, chosen] = [bars, first];
      node.setAttribute("aria-valuemax", String(count - 1));
      redraw();
    },
  };
}
