/** The room's goal: how far it has come, and the form that sets another. */

import { mountGoal } from "../goal.js";
import { el } from "../dom.js";
import { button, choice, option, part, say } from "./words.js";

const MINUTES = [15, 30, 60, 120, 240];

/**
 * @param {{gifts: Map<string, object>, serverMs: () => number, onSet: (goal: object) => void, onClear: () => void}} options
 */
export function mountGoalForm({ gifts, serverMs, onSet, onClear }) {
  const bar = mountGoal({ gifts, serverMs });
  const title = el("input.field", { type: "text", maxLength: 60, required: true, autocomplete: "off", "data-testid": "goal-title" });
  const target = el("input.field", { type: "number", min: 1, max: 1_000_000_000_000, step: 1, required: true, inputMode: "numeric", "data-testid": "goal-target" });
  const of = choice("goal_of", [option("", say("goal_coins")), ...[...gifts.values()].map(({ id, name }) => option(id, name))], () => {});
  const ends = choice("goal_ends", [option("0", say("goal_never")), ...MINUTES.map((count) => option(String(count), count < 60 ? say("goal_minutes", { count }) : say("goal_hours", { count: count / 60 })))], () => {});
  const label = (name, field) => el("label.desk-label", {}, el("span", { text: say(name) }), field);
  const set = button("goal_set", null, { type: "submit" });
  set.classList.add("button-strong");
  const clear = button("goal_clear", onClear);
  const form = el("form.desk-form", {}, label("goal_title", title), label("goal_target", target), of.node, ends.node, el("div.desk-acts", {}, set, clear));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const minutes = Number(ends.select.value);
    onSet({
      title: title.value, target: Number(target.value), gift: of.select.value || null,
      // oxlint-disable-next-line id-match -- as the route names it
      ends_ms: minutes ? Math.round(serverMs()) + minutes * 60_000 : null,
    });
  });
  return {
    node: part("goal", bar.node, form),
    reached: bar.reached,
    update(goal) {
      bar.update(goal);
      clear.hidden = !goal;
    },
  };
}
