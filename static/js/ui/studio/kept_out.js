/** Who is muted and who is banned in this room, each with a button that ends it. */

import { formatMoment } from "../../core/dates.js";
import { el, language } from "../dom.js";
import { keyedList } from "./keyed_list.js";
import { part, say } from "./words.js";

/** @param {{onLift: (kind: "mutes"|"bans", user: string) => Promise<void>}} options */
export function mountKeptOut({ onLift }) {
  // A mute that was made longer is another row: its words are others.
  const list = keyedList({ label: say("kept_out"), empty: say("kept_out_empty"), keyOf: ({ kind, user, until }) => `${kind} ${user} ${until}`, rowOf });

  function rowOf({ kind, user, until }) {
    const what = kind === "mutes" ? say("muted_to", { until: formatMoment(until, language) }) : say("banned");
    const button = el("button.button.line-button", {
      type: "button", text: say("lift"), "aria-label": say(`lift_${kind}`, { name: user }), "data-testid": "lift",
      onclick: async () => {
        button.disabled = true;
        await onLift(kind, user);
        button.disabled = false;
      },
    });
    return el("li.comment-line", { "data-testid": "kept-out", "data-kind": kind, "data-user": user },
      el("p.comment-said", {}, el("bdi.gift-who", { text: user }), " ", el("span.desk-soft", { text: what })), button);
  }
  return {
    node: part("kept_out", ...list.nodes),
    update({ mutes, bans }) {
      list.update([
        ...mutes.map(({ user, until_ms: until }) => ({ kind: "mutes", user, until })),
        ...bans.map((user) => ({ kind: "bans", user, until: null })),
      ]);
    },
  };
}
