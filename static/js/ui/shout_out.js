/** Thanks of the streamer, large and calm, one after the other. For room page, video and overlay. */

import { isHistory } from "../core/queue.js";
import { avatar } from "./avatar.js";
import { animate, el, text } from "./dom.js";
import { icon } from "./icon.js";

const SHOWN_MS = 6000;
const WAITING_MAX = 8;
const ENTER = { duration: 420, easing: "cubic-bezier(.2,.7,.2,1)", fill: "backwards" };
const LEAVE = { duration: 320, easing: "ease-in", fill: "forwards" };

/**
 * @param {{gifts: Map<string, object>, serverMs: () => number, streamer: () => string}} options the catalogue, the
 *   server's clock, and whose room it is
 * @returns {{node: HTMLElement, push: (event: object) => void}}
 */
export function mountShoutOuts({ gifts, serverMs, streamer }) {
  const node = el("div.shout-outs", { role: "status" });
  const waiting = [];
  let shown = null;

  function next() {
    const event = waiting.shift();
    if (!event) return;
    shown = cardOf(event, gifts, streamer());
    node.append(shown);
    animate(shown, [{ opacity: 0, translate: "0 16px" }, { opacity: 1, translate: "0 0" }], ENTER);
    setTimeout(leave, SHOWN_MS);
  }

  async function leave() {
    const going = shown;
    await animate(going, [{ opacity: 1 }, { opacity: 0 }], LEAVE)?.finished;
    going.remove();
    shown = null;
    next();
  }

  function push(event) {
    if (isHistory(event, serverMs()) || waiting.length >= WAITING_MAX) return;
    waiting.push(event);
    if (!shown) next();
  }
  return { node, push };
}

function cardOf({ user, gift, text: words }, gifts, streamer) {
  const what = gift ? text("so_many", { name: gifts.get(gift.gift)?.name ?? gift.gift, quantity: gift.quantity }) : "";
  return el("div.shout-out", { "data-testid": "shout-out" },
    el("span.shout-out-face", {}, avatar(user), gift ? icon(gift.gift, { size: 36 }) : null),
    el("span.shout-out-words", {},
      el("span.shout-out-lead", { text: text("thanks_lead", { name: streamer }) }),
      el("bdi.shout-out-name", { text: user.name ?? text("somebody") }),
      what ? el("span.shout-out-gift", { text: text("thanks_gift", { what }) }) : null,
      words ? el("bdi.shout-out-text", { text: words }) : null));
}
