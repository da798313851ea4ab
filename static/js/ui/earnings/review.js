/** Diamonds that are under review: how many, why, and what the streamer has to say about it. */

import { answerReview } from "../../net/earnings_api.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { diamonds, say } from "./words.js";

const ANSWER_MAX = 1000;

/**
 * @param {{token: string, onGood: (words: string) => void, onProblem: (words: string) => void}} options
 * @returns {{node: HTMLElement, update: (earnings: object) => void}}
 */
export function mountReview({ token, onGood, onProblem }) {
  const title = el("h2.part-title");
  const reasons = el("ul.review-reasons");
  const words = el("textarea.field", { rows: 3, maxLength: ANSWER_MAX, required: true, "data-testid": "review-answer" });
  const send = el("button.button", { type: "submit", text: say("review_send") });
  const form = el("form.review-form", { onsubmit }, el("label", {}, el("span", { text: say("review_answer") }), words), send);
  const node = el("section.review.panel", { hidden: true, "data-testid": "review" },
    title, el("p", { text: say("review_about") }), reasons, form);
  let known = null;

  async function onsubmit(event) {
    event.preventDefault();
    send.disabled = true;
    try {
      known = (await answerReview(words.value, token)).text;
      onGood(say("review_sent"));
    } catch (error) {
      onProblem(problemOf(error, say));
    }
    send.disabled = false;
  }

  function update({ review }) {
    node.hidden = review === null;
    if (review === null) return;
    setText(title, say("review_title", { diamonds: diamonds(review.diamonds) }));
    // The rules are the platform's own, in its words.
    reasons.replaceChildren(...review.reasons.map(({ code, text }) => el("li", { dir: "auto" }, el("code", { text: code }), ` ${text}`)));
    if (known === null && document.activeElement !== words) words.value = review.answer;
  }
  return { node, update };
}
