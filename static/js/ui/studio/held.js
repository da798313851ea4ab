/** Comments that wait until somebody says whether the room may read them. */

import { formatTime } from "../../core/dates.js";
import { el, language } from "../dom.js";
import { keyedList } from "./keyed_list.js";
import { part, say } from "./words.js";

/** @param {{onDecide: (id: string, decision: "approve"|"drop") => Promise<void>}} options */
export function mountHeld({ onDecide }) {
  const list = keyedList({ label: say("held"), empty: say("held_empty"), keyOf: ({ id }) => id, rowOf });

  function rowOf({ id, at_ms: at, sender, text: words }) {
    const name = sender.name ?? say("somebody");
    const buttons = ["approve", "drop"].map((decision) => el("button.button.line-button", {
      type: "button", text: say(`held_${decision}`), "aria-label": say(`held_${decision}_of`, { name }), "data-testid": `held-${decision}`,
      onclick: async () => {
        for (const one of buttons) one.disabled = true;
        await onDecide(id, decision);
        for (const one of buttons) one.disabled = false;
      },
    }));
    return el("li.comment-line.order-line", { "data-testid": "held" },
      el("p.comment-said", {}, el("bdi.gift-who", { text: name }), " ", el("bdi", { text: words }), " ", el("span.desk-soft", { text: formatTime(at, language) })),
      el("span.desk-acts", {}, ...buttons));
  }
  return { node: part("held", ...list.nodes), update: list.update };
}
