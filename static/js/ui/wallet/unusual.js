/** Large purchases from an address that was new: when, how much, and what to do, until the person says that it was them. */

import { formatMoment } from "../../core/dates.js";
import { formatMoney } from "../../core/format.js";
import { el, language } from "../dom.js";
import { problemOf } from "../problem.js";
import { say } from "./words.js";

/**
 * @param {object} options
 * @param {(id: string) => Promise<void>} options.onMine the person says that this purchase was their own
 * @param {(words: string) => void} options.onProblem
 * @returns {{node: HTMLElement, update: (notices: object[]|null) => void}} `update` with null, where nothing is known now,
 *   leaves what is shown
 */
export function mountUnusual({ onMine, onProblem }) {
  const node = el("div.unusual-list", { role: "alert", hidden: true });
  let shown = "";

  function update(notices) {
    if (!notices) return;
    const found = notices.map(({ purchase }) => purchase).join(" ");
    if (found === shown) return;
    shown = found;
    node.hidden = !notices.length;
    node.replaceChildren(...notices.map(card));
  }

  function card({ purchase, at_ms: atMs, coins, price }) {
    const mine = el("button.button", { type: "button", text: say("unusual_mine"), "data-testid": "unusual-mine" });
    mine.addEventListener("click", async () => {
      mine.disabled = true;
      try {
        await onMine(purchase);
      } catch (error) {
        onProblem(problemOf(error, say));
        mine.disabled = false;
      }
    });
    const what = { coins, price: formatMoney(price, language), when: formatMoment(atMs, language) };
    return el("section.panel.unusual", { "data-testid": "unusual" },
      el("h2", { text: say("unusual_heading") }),
      el("p", { text: say("unusual_text", what) }),
      el("div.unusual-acts", {},
        mine,
        el("a.button.button-strong", { href: "/safety", text: say("unusual_safety"), "data-testid": "unusual-safety" })));
  }
  return { node, update };
}
