/**
 * Who gave what, for as long as a scene or banner plays: the sender's picture and name, the gift and how many, and
 * the words that came with it. One for all of them, whatever they draw; `update` shows what the queue says plays.
 */

import { avatar } from "./avatar.js";
import { mountCount } from "./count.js";
import { animate, el, text } from "./dom.js";

const ENTER = { duration: 260, easing: "cubic-bezier(.2,.9,.25,1.2)", fill: "backwards" };
const LEAVE = { duration: 240, easing: "ease-in", fill: "forwards" };

/** @returns {{node: HTMLElement, update: (alert: object|null) => void}} */
export function mountCaption() {
  const node = el("div.caption", { "aria-hidden": "true" });
  let shown = null;

  function update(alert) {
    if (shown && shown.alert !== alert) {
      leave(shown.card);
      shown = null;
    }
    if (alert && !shown) {
      shown = cardOf(alert);
      node.append(shown.card);
      animate(shown.card, [{ translate: "0 60%", opacity: 0 }, { translate: "0 0", opacity: 1 }], ENTER);
    }
    shown?.count.update(alert.count);
  }
  return { node, update };
}

function cardOf(alert) {
  const { gift, sender, message } = alert;
  const count = mountCount();
  const name = el("span.caption-name", { dir: "auto", text: sender.name ?? text("somebody") });
  const line = el("span.caption-line", { text: text("ribbon_sent", { gift: gift.name }) });
  const words = message ? el("span.caption-message", { dir: "auto", text: message }) : null;
  const card = el("div.caption-card", { "data-testid": "caption", "data-gift": gift.id, "data-sender": sender.id },
    avatar(sender), el("span.caption-head", {}, el("span.caption-words", {}, name, line), count.node), words);
  return { alert, card, count };
}

function leave(card) {
  delete card.dataset.testid;
  const going = animate(card, [{ opacity: 1, translate: "0 0" }, { opacity: 0, translate: "0 30%" }], LEAVE);
  if (!going) card.remove();
  else going.finished.then(() => card.remove());
}
