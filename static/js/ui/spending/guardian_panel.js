/** Who answers for a person, or a code to show to whoever is to. */

import { formatMoment } from "../../core/dates.js";
import { createGuardianCode } from "../../net/spending_api.js";
import { el, language, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

/**
 * @param {{token: string, onProblem: (words: string) => void}} options
 * @returns {{node: HTMLElement, update: (view: object) => void}}
 */
export function mountGuardianPanel({ token, onProblem }) {
  const about = el("p.limits-text", { "data-testid": "guardian-about" });
  const code = el("output.guardian-code", { hidden: true, "data-testid": "guardian-code" });
  const until = el("p.limits-text", { hidden: true });
  const show = el("button.button", { type: "button", text: say("guardian_show"), "data-testid": "show-code", onclick: showCode });
  const node = el("section.limits.panel", {}, el("h2.part-title", { text: say("guardian_heading") }), about, code, until, show);

  async function showCode() {
    show.disabled = true;
    try {
      const made = await createGuardianCode(token);
      setText(code, made.code);
      setText(until, say("guardian_until", { until: formatMoment(made.expires_ms, language) }));
      code.hidden = until.hidden = false;
    } catch (error) {
      onProblem(problemOf(error, say));
    }
    show.disabled = false;
  }
  return {
    node,
    update({ guardian }) {
      setText(about, guardian ? say("guardian_is", { name: guardian.name }) : say("guardian_text"));
      show.hidden = Boolean(guardian);
      if (guardian) code.hidden = until.hidden = true;
    },
  };
}
