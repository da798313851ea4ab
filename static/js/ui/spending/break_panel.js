/** A break from spending, for as long as is chosen. */

import { takeBreak } from "../../net/spending_api.js";
import { askWhether } from "../dialogs.js";
import { el } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

const SPANS = ["24h", "7d", "30d", "6m"];

/**
 * @param {{token: string, onTaken: (view: object) => void, onProblem: (words: string) => void}} options
 * @returns {{node: HTMLElement}}
 */
export function mountBreakPanel({ token, onTaken, onProblem }) {
  async function take(span) {
    const about = say("break_ask_text");
    const answer = await askWhether({
      heading: say("break_ask", { span: say(`break_${span}`) }), about, yes: say("break_yes"), no: say("break_no"),
    });
    if (!answer) return;
    try {
      onTaken(await takeBreak(span, token));
    } catch (error) {
      onProblem(problemOf(error, say));
    }
  }
  const buttons = SPANS.map((span) =>
    el("button.button", { type: "button", text: say(`break_${span}`), "data-testid": `break-${span}`, onclick: () => take(span) }));
  const node = el("section.limits.panel", {}, el("h2.part-title", { text: say("break_heading") }),
    el("p.limits-text", { text: say("break_text") }), el("div.break-spans", {}, ...buttons));
  return { node };
}
