/** An act of an operator: asked for with a reason, done once, and said when it is done. */

import { createUuid7 } from "../../core/uuid7.js";
import { open } from "../dialogs.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

const makeKey = createUuid7((bytes) => crypto.getRandomValues(bytes));

/**
 * @param {object} act
 * @param {string} act.heading what is done
 * @param {string} [act.about] what that means
 * @param {string} act.yes the button's word
 * @param {boolean} [act.coins] whether a number of coins is asked for too
 * @param {boolean} [act.reason] whether a reason is asked for
 * @param {(given: {reason: string, coins: number, key: string}) => Promise<unknown>} act.run
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ heading, about = "", yes, coins = false, reason = true, run }) {
  // One key for all tries: what was done without an answer is not done again.
  const key = makeKey(Date.now());
  return open((close) => {
    const sum = coins ? el("input.field", { type: "number", step: 1, required: true, "data-testid": "act-coins" }) : null;
    const why = reason ? el("input.field", { type: "text", maxLength: 200, required: true, "data-testid": "act-reason" }) : null;
    const problem = el("p.form-problem", { role: "alert", "data-testid": "act-problem" });
    const button = el("button.button.button-strong", { type: "submit", text: yes, "data-testid": "act-yes" });
    const form = el("form.act-form", {},
      el("h2", { text: heading }),
      about ? el("p", { text: about }) : null,
      sum && el("label", {}, say("act_coins"), sum),
      why && el("label", {}, say("act_reason"), why),
      problem,
      el("div.dialog-buttons", {}, el("button.button", { type: "button", text: say("act_no"), onclick: () => close(false) }), button));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      setText(problem, "");
      try {
        await run({ reason: why?.value.trim(), coins: Number(sum?.value), key });
        close(true);
      } catch (error) {
        setText(problem, problemOf(error, say));
        button.disabled = false;
      }
    });
    return [form];
  }, false);
}
