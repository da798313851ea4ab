/** The room's goal as a bar: how far it has come, and a calm moment when a gift reaches it. For room page and overlay. */

import { formatMoment, formatTime } from "../core/dates.js";
import { animate, compact, el, language, setAttribute, setText, text } from "./dom.js";
import { coinIcon, icon } from "./icon.js";

const MOMENT_MS = 8000;
const SHEEN = { duration: 1600, easing: "cubic-bezier(.4,0,.2,1)" };
/** No timer can be set for much longer than this. */
const TIMER_MAX_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * @param {{gifts: Map<string, object>, serverMs: () => number}} options
 * @returns {{node: HTMLElement, update: (goal: object|null) => void, reached: (event: object) => void}}
 */
export function mountGoal({ gifts, serverMs }) {
  const title = el("bdi.goal-title");
  const until = el("span.goal-until");
  const picture = el("span.goal-art", { "aria-hidden": "true" });
  const numbers = el("span.goal-numbers");
  const fill = el("span.goal-fill");
  const sheen = el("span.goal-sheen");
  const track = el("div.goal-track", { role: "progressbar" }, fill, sheen);
  const word = el("p.goal-word", { role: "status" });
  const node = el("section.goal", { hidden: true, "aria-label": text("goal"), "data-testid": "goal" },
    el("div.goal-head", {}, title, until), track, el("div.goal-foot", {}, word, picture, numbers));
  let shown = null;
  let timer = null;
  let moment = null;

  function update(goal) {
    if (goal === shown) return;
    if (goal?.id !== shown?.id) begin(goal);
    shown = goal;
    if (goal) draw(goal);
    look();
  }

  /** A goal whose time is over is gone, whether or not it was reached. */
  function look() {
    clearTimeout(timer);
    const leftMs = shown?.ends_ms ? shown.ends_ms - serverMs() : Infinity;
    node.hidden = !shown || leftMs <= 0;
    if (!node.hidden && shown.ends_ms) timer = setTimeout(look, Math.min(leftMs + 1, TIMER_MAX_MS));
  }

  /** What stays the same as long as it is this goal. */
  function begin(goal) {
    endMoment();
    if (!goal) return;
    picture.replaceChildren(goal.gift ? icon(goal.gift, { size: 18, title: gifts.get(goal.gift)?.name }) : coinIcon(14));
    setText(title, goal.title);
    setText(until, goal.ends_ms ? text("goal_until", { time: timeOf(goal.ends_ms) }) : "");
    setAttribute(track, "aria-label", goal.title);
    setAttribute(track, "aria-valuemax", goal.target);
  }

  function timeOf(ms) {
    return (ms - serverMs() < DAY_MS ? formatTime : formatMoment)(ms, language);
  }

  function draw(goal) {
    const part = Math.min(1, goal.progress / goal.target);
    fill.style.setProperty("--part", String(part));
    setText(numbers, text("goal_numbers", { progress: compact(goal.progress), target: compact(goal.target) }));
    setAttribute(track, "aria-valuenow", Math.min(goal.progress, goal.target));
    setAttribute(node, "data-progress", goal.progress);
    setAttribute(node, "data-reached", goal.reached);
  }

  function endMoment() {
    clearTimeout(moment);
    setText(word, "");
    delete node.dataset.moment;
  }

  /** The gift that reached it was just given. */
  function reached({ sender }) {
    endMoment();
    setText(word, sender.name ? text("goal_reached_by", { name: sender.name }) : text("goal_reached"));
    node.dataset.moment = "true";
    moment = setTimeout(endMoment, MOMENT_MS);
    animate(node, [{ scale: 1 }, { scale: 1.04, offset: 0.3 }, { scale: 1 }], { duration: 900, easing: "ease-in-out" });
    animate(sheen, [{ translate: "-100% 0", opacity: 0.9 }, { translate: "100% 0", opacity: 0 }], SHEEN);
  }
  return { node, update, reached };
}
