/** A person's own limits, to be set: lower ones hold at once, higher ones a day later. */

import { formatMoment } from "../../core/dates.js";
import { putLimits } from "../../net/spending_api.js";
import { mountCoinFields } from "../coin_fields.js";
import { el, language, number, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

const LIMITS = ["gift", "day", "week", "month"];

/**
 * @param {{token: string, onSet: (view: object) => void, onGood: (words: string) => void}} options
 * @returns {{node: HTMLElement, update: (view: object) => void}}
 */
export function mountLimitsForm({ token, onSet, onGood }) {
  const coins = mountCoinFields([...LIMITS, "reminder_every"].map((name) => ({
    name, label: say(`limit_${name}`), empty: say(name === "reminder_every" ? "no_reminder" : "no_limit"),
  })), "limit");
  const problem = el("p.form-problem", { role: "alert", "data-testid": "limits-problem" });
  const pending = el("p.limits-pending", { hidden: true, "data-testid": "pending" });
  const guardian = el("p.limits-pending", { hidden: true });
  const save = el("button.button.button-strong", { type: "submit", text: say("save"), "data-testid": "save-limits" });
  const node = el("form.limits.panel", { noValidate: true },
    el("h2.part-title", { text: say("limits") }), el("p.limits-text", { text: say("limits_text") }), guardian,
    el("div.limits-fields", {}, ...coins.labels), pending, problem, save);
  let known = null;

  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    setText(problem, "");
    const change = changed();
    if (!change) {
      setText(problem, say("wrong"));
      return;
    }
    save.disabled = true;
    try {
      const view = await putLimits(change, token);
      onSet(view);
      onGood(view.pending ? say("saved_later", { until: formatMoment(view.pending.from_ms, language) }) : say("saved"));
    } catch (error) {
      setText(problem, problemOf(error, say));
    }
    save.disabled = false;
  });

  /** What is not as it was; null where something is no number of coins. */
  function changed() {
    const given = coins.read();
    if (given?.reminder_every === 0) return coins.reject("reminder_every");
    return given && Object.fromEntries(Object.entries(given).filter(([name, limit]) => limit !== wanted(name)));
  }
  /** What the person has wished for last, which may still be to come. */
  function wanted(name) {
    return name === "reminder_every" ? known.reminder_every : (known.pending?.limits ?? known.limits)[name];
  }
  return {
    node,
    update(view) {
      const before = known && JSON.stringify([known.limits, known.pending, known.reminder_every]);
      known = view;
      // What is being typed stays, unless something else was set meanwhile.
      if (before === JSON.stringify([view.limits, view.pending, view.reminder_every])) return;
      coins.write(wanted);
      pending.hidden = !view.pending;
      if (view.pending) {
        const later = LIMITS.filter((name) => view.pending.limits[name] !== view.limits[name]);
        const what = later.map((name) => `${say(`limit_${name}`)}: ${limitText(view.pending.limits[name])}`).join(", ");
        setText(pending, say("pending", { until: formatMoment(view.pending.from_ms, language), what }));
      }
      const guarded = LIMITS.filter((name) => typeof view.guardian_limits?.[name] === "number");
      guardian.hidden = !guarded.length;
      const what = guarded.map((name) => `${say(`limit_${name}`)}: ${number(view.guardian_limits[name])}`).join(", ");
      setText(guardian, say("guardian_limits", { what }));
    },
  };
}

function limitText(limit) {
  return limit === null ? say("no_limit") : number(limit);
}
