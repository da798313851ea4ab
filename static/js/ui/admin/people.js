/** People, one at a time: looked for by id, and shown as they are after each act. */

import { latest } from "../../core/latest.js";
import { fetchOf, fetchPerson } from "../../net/ops_api.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { ask } from "./act.js";
import { sheetsOf } from "./person.js";
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
      if (isNewest()) draw(person, limits);
    } catch (error) {
      if (!isNewest()) return;
      found.replaceChildren();
      setText(problem, problemOf(error, say));
    }
  }
  /** Whoever works by keyboard goes on at the button that was pressed, or at the one in its place. */
  function draw(person, limits) {
    const buttons = () => [...found.querySelectorAll("button")];
    const at = buttons().indexOf(document.activeElement);
    found.replaceChildren(...sheetsOf({ person, limits, token, act, onGood }));
    if (at >= 0) buttons()[at]?.focus();
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
