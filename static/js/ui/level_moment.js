/** A calm word for somebody's new level: one at a time, each for a few seconds, over the stage. */

import { avatar } from "./avatar.js";
import { animate, el, number, text } from "./dom.js";
import { levelMark } from "./marks.js";

const STAYS_MS = 4000;
/** In a storm of levels the newest are told here; the feed has all of them. */
const WAITING_MAX = 3;
const ENTER = { duration: 260, easing: "cubic-bezier(.2,.9,.25,1.2)", fill: "backwards" };
const LEAVE = { duration: 240, easing: "ease-in", fill: "forwards" };

/** @returns {{node: HTMLElement, show: (event: object) => void}} */
export function mountLevelMoment() {
  const node = el("div.level-moment", { role: "status", "data-testid": "level-moment" });
  let waiting = [];

  function show(event) {
    waiting = [...waiting, event].slice(-WAITING_MAX);
    if (!node.firstChild) next();
  }

  function next() {
    const event = waiting.shift();
    if (!event) return;
    const { user, level } = event;
    const card = el("p.level-card", {}, avatar(user), el("bdi.level-name", { text: user.name }),
      el("span.level-words", { text: text("level_reached", { level: number(level) }) }), levelMark(level));
    node.append(card);
    animate(card, [{ translate: "0 60%", opacity: 0 }, { translate: "0 0", opacity: 1 }], ENTER);
    setTimeout(leave, STAYS_MS, card);
  }

  function leave(card) {
    const going = animate(card, [{ opacity: 1 }, { opacity: 0 }], LEAVE);
    const gone = () => {
      card.remove();
      next();
    };
    if (going) going.finished.then(gone);
    else gone();
  }
  return { node, show };
}
