/** People, one at a time: looked for by id, and shown as they are after each act. */

import { latest } from "../../core/latest.js";
import { fetchOf, fetchPerson } from "../../net/ops_api.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { ask } from "./act.js";
import { sheetsOf } from "./person.js";
import { redraw } from "./rows.js";
import { say } from "./words.js";

/** @param {{token: string, onGood: (words: string) => void}} options */
export function mountPeople({ token, onGood }) {
  const field = el("input.field", { type: "search", maxLength: 64, required: true, autocomplete: "off", spellcheck: false, "data-testid": "person" });
  const problem = el("p.form-problem", { role: "alert" });
  const found = el("div.desk-part");
  const form = el("form.search", { role: "search" },
    el("label", {}, say("person_id"), field), el("button.button.button-strong", { type: "submit", text: say("look"), "data-testid": "look" }));
  const begin = latest();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(field.value.trim());
  });

  async function show(user) {
    const isNewest = begin();
    setText(problem, "");
    try {
      const [person, limits] = await Promise.all([fetchPerson(user, token), fetchOf(user, "limits", token)]);
      // Somebody else was looked for meanwhile.
      if (isNewest()) redraw(found, sheetsOf({ person, limits, token, act, onGood }));
    } catch (error) {
      if (!isNewest()) return;
      found.replaceChildren();
      setText(problem, problemOf(error, say));
    }
  }
  /** An act about a person, after which they are shown as they are then. */
  async function act(user, words, options) {
    if (!(await ask({ heading: words, yes: words, ...options }))) return;
    onGood(say("done"));
    await show(user);
  }
  const node = el("section.desk-part", { id: "panel-people" }, form, problem, found);
  return { name: "people", node, refresh: async () => field.focus() };
}
