/** What a guardian allows a ward: coins, hours, whom nothing is given to, and from when on the guardian is asked. */

import { minutesIn, timeText } from "../../core/hours.js";
import { putWardLimits } from "../../net/guardian_api.js";
import { mountCoinFields } from "../coin_fields.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

const LIMITS = ["gift", "day", "week", "month", "approve_from"];

/**
 * @param {{ward: {id: string, name: string}, token: string, onSet: (view: object) => void, onGood: (words: string) => void}} options
 * @returns {{node: HTMLElement, update: (view: object) => void}}
 */
export function mountWardForm({ ward, token, onSet, onGood }) {
  const coins = mountCoinFields(LIMITS.map((name) => ({
    name, label: say(`limit_${name}`), empty: say(name === "approve_from" ? "never_ask" : "no_limit"),
  })), "ward");
  const [from, to] = ["from", "to"].map((name) => el("input.field", { type: "time", name, "data-testid": `hours-${name}`, "aria-label": say(`hours_${name}`) }));
  const blocked = el("input.field", { type: "text", maxLength: 2000, name: "blocked", autocomplete: "off", "data-testid": "blocked" });
  const problem = el("p.form-problem", { role: "alert", "data-testid": "ward-problem" });
  const save = el("button.button.button-strong", { type: "submit", text: say("save"), "data-testid": "save-ward" });
  const node = el("form.ward-form", { noValidate: true },
    el("h4.ward-part", { text: say("limits") }),
    el("div.limits-fields", {}, ...coins.labels),
    el("fieldset.ward-hours", {}, el("legend", { text: say("hours") }), from, el("span", { text: "–", "aria-hidden": "true" }), to),
    el("label.limits-field", {}, el("span", { text: say("blocked") }), blocked), problem, save);
  let known = "";

  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    const change = changed();
    setText(problem, change ? "" : say("wrong"));
    if (!change) return;
    save.disabled = true;
    try {
      onSet(await putWardLimits(ward.id, change, token));
      onGood(say("saved"));
    } catch (error) {
      setText(problem, problemOf(error, say));
    }
    save.disabled = false;
  });

  /** All of it; null where something is no number of coins, or half a pair of hours. */
  function changed() {
    const limits = coins.read();
    const hours = { from: minutesIn(from.value), to: minutesIn(to.value) };
    if (!limits || (hours.from === null) !== (hours.to === null)) return null;
    return { ...limits, hours: hours.from === null ? null : hours, ["blocked_streamers"]: blocked.value.split(/[\s,;]+/u).filter(Boolean) };
  }
  return {
    node,
    update({ guardian_limits: guard }) {
      // What is being typed stays, unless something else was set meanwhile.
      if (known === JSON.stringify(guard)) return;
      known = JSON.stringify(guard);
      coins.write((name) => guard?.[name]);
      from.value = timeText(guard?.from);
      to.value = timeText(guard?.to);
      blocked.value = (guard?.blocked ?? []).join(" ");
    },
  };
}
