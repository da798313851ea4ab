/** An act of an operator: asked for with a reason, done once, and said when it is done. */

import { createUuid7 } from "../../core/uuid7.js";
import { open } from "../dialogs.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

const makeKey = createUuid7((bytes) => crypto.getRandomValues(bytes));

/** What may be asked for. */
const FIELDS = {
  coins: { type: "number", step: 1 },
  token: { type: "text", maxLength: 64, autocomplete: "off", autocapitalize: "none", spellcheck: false },
  reason: { type: "text", maxLength: 200 },
};

/**
 * @param {object} act
 * @param {string|Node[]} act.heading what is done
 * @param {string|Node[]} [act.about] what that means
 * @param {string} act.yes the button's word
 * @param {string[]} [act.asks] what is asked for: names of FIELDS
 * @param {(given: {reason: string, coins: number, token: string, key: string}) => Promise<unknown>} act.run
 * @returns {Promise<boolean>} whether it was done
 */
export function ask({ heading, about = "", yes, asks = ["reason"], run }) {
  // One key for all tries: what was done without an answer is not done again.
  const key = makeKey(Date.now());
  return open((close) => {
    const fields = new Map(asks.map((name) => [name, el("input.field", { ...FIELDS[name], required: true, "data-testid": `act-${name}` })]));
    const problem = el("p.form-problem", { role: "alert", "data-testid": "act-problem" });
    const button = el("button.button.button-strong", { type: "submit", text: yes, "data-testid": "act-yes" });
    const valueOf = (name) => fields.get(name)?.value.trim();
    const form = el("form.act-form", {},
      el("h2", {}, ...[heading].flat()),
      about.length ? el("p", {}, ...[about].flat()) : null,
      ...[...fields].map(([name, field]) => el("label", {}, say(`act_${name}`), field)),
      problem,
      el("div.dialog-buttons", {}, el("button.button", { type: "button", text: say("act_no"), onclick: () => close(false) }), button));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      setText(problem, "");
      try {
        await run({ reason: valueOf("reason"), coins: Number(valueOf("coins")), token: valueOf("token"), key });
        close(true);
      } catch (error) {
        setText(problem, problemOf(error, say));
        button.disabled = false;
      }
    });
    return [form];
  }, false);
}
