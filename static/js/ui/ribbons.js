/** The two ribbon lanes on screen: `update` draws what the queue says is up, and nothing else. */

import { avatar } from "./avatar.js";
import { mountCount } from "./count.js";
import { animate, el, setAttribute, setText, text } from "./dom.js";
import { hopOf } from "./hops.js";
import { icon } from "./icon.js";
import { marksOf } from "./marks.js";

const ENTER = { duration: 180, easing: "cubic-bezier(.2,.9,.25,1.2)", fill: "backwards" };
const LEAVE = { duration: 240, easing: "ease-in", fill: "forwards" };

/**
 * @param {{placeOf?: (id: string|null) => number}} [options] a person's place on the room's board
 * @returns {{node: HTMLElement, update: (lanes: (object|null)[]) => void}}
 */
export function mountRibbons({ placeOf = () => 0 } = {}) {
  const slots = [0, 1].map(() => ({ place: el("div.ribbon-lane"), shown: null }));
  const node = el("div.ribbons", { "aria-hidden": "true" }, ...slots.map((slot) => slot.place));

  function update(lanes) {
    for (const [i, ribbon] of lanes.entries()) {
      const slot = slots[i];
      // By identity, not by key: the same sender may have a new ribbon where the old one just left.
      const leaves = slot.shown && slot.shown.ribbon !== ribbon;
      if (leaves) leave(slot);
      if (ribbon && !slot.shown) enter(slot, ribbon, leaves ? LEAVE.duration / 2 : 0, placeOf);
      if (slot.shown) draw(slot.shown);
    }
  }
  return { node, update };
}

function enter(slot, ribbon, delay, placeOf) {
  const picture = el("span.ribbon-art", {}, icon(ribbon.gift.id, { size: 56 }));
  const face = ribbon.kind === "crowd" ? el("span.avatar.avatar-crowd", { text: "★" }) : avatar(ribbon.sender);
  const name = el("bdi.ribbon-name");
  const marks = ribbon.kind === "crowd" ? [] : marksOf(ribbon.sender, placeOf);
  const line = el("span.ribbon-line", { text: text("ribbon_sent", { gift: ribbon.gift.name }) });
  const count = mountCount();
  const node = el("div.ribbon", { "data-testid": "ribbon", "data-gift": ribbon.gift.id, "data-kind": ribbon.kind },
    face, el("span.ribbon-words", {}, el("span.ribbon-who", {}, ...marks, name), line), picture, count.node);
  slot.shown = { ribbon, node, name, count, beat: null };
  slot.place.append(node);
  const start = getComputedStyle(node).direction === "rtl" ? "40%" : "-40%";
  animate(node, [{ translate: `${start} 0`, opacity: 0 }, { translate: "0 0", opacity: 1 }], { ...ENTER, delay });
  const { frames, ms, easing } = hopOf(ribbon.gift);
  animate(picture, frames, { duration: ms, delay: delay + 90, easing, fill: "backwards" });
}

function draw(shown) {
  const { ribbon, node, name, count } = shown;
  if (shown.beat === ribbon.beat) return;
  const person = ribbon.sender.name ?? text("somebody");
  setText(name, ribbon.kind === "crowd" ? text("crowd", { count: ribbon.people.size }) : person);
  count.update(ribbon.count);
  setAttribute(node, "data-sender", ribbon.sender.id);
  setAttribute(node, "data-count", ribbon.count);
  setAttribute(node, "data-people", ribbon.people.size);
  shown.beat = ribbon.beat;
}

function leave(slot) {
  const { node } = slot.shown;
  slot.shown = null;
  node.dataset.leaving = "true";
  delete node.dataset.testid;
  const going = animate(node, [{ opacity: 1, translate: "0 0" }, { opacity: 0, translate: "0 -30%" }], LEAVE);
  if (!going) node.remove();
  else going.finished.then(() => node.remove());
}
