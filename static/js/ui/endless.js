/** A list that goes on where it ends, page by page: by itself when its end comes near the view, or by a button. */

import { latest } from "../core/latest.js";
import { el, setAttribute, setText } from "./dom.js";
import { problemOf } from "./problem.js";

/**
 * @param {object} options
 * @param {HTMLElement} options.list where the items stand
 * @param {(cursor: string|null) => Promise<{items: object[], cursor: string|null}>} options.load
 * @param {(items: object[]) => void} options.add puts items at the end of the list
 * @param {() => string} options.empty what is said while there are none
 * @param {(key: string) => string} options.say the page's texts
 * @returns {{node: HTMLElement, restart: () => Promise<void>, refresh: () => Promise<void>}}
 */
export function mountEndless({ list, load, add, empty, say }) {
  const words = el("p.endless-words", { role: "status" });
  const more = el("button.button", { type: "button", hidden: true, "data-testid": "more", onclick: goOn });
  const node = el("div.endless", {}, list, words, more);
  let cursor = null;
  let pages = 0;
  const begin = latest();
  let busy = false;
  let last = "";

  async function turn(from) {
    const isNewest = begin();
    busy = true;
    setAttribute(node, "aria-busy", "true");
    if (!pages) setText(words, say("loading"));
    let problem = "";
    try {
      const found = await load(from);
      // Something else was asked for meanwhile.
      if (!isNewest()) return;
      draw(found, from);
    } catch (error) {
      if (!isNewest()) return;
      problem = problemOf(error, say);
    }
    busy = false;
    setAttribute(node, "aria-busy", null);
    setText(words, problem || (list.children.length ? "" : empty()));
    words.hidden = !words.textContent;
    setText(more, say(problem ? "try_again" : "more"));
    more.hidden = !problem && cursor === null;
    more.dataset.failed = String(Boolean(problem));
    // It tells of changes alone: where the end is still in view, it is to tell again.
    watcher.unobserve(more);
    watcher.observe(more);
  }
  function draw(found, from) {
    const news = JSON.stringify(found);
    // What stands there already stays: nothing may move or shut under a finger.
    if (from === null && pages === 1 && news === last) return;
    if (from === null) {
      list.replaceChildren();
      pages = 0;
    }
    last = news;
    ({ cursor } = found);
    pages += 1;
    add(found.items);
  }
  async function goOn() {
    if (!busy) await turn(pages ? cursor : null);
  }
  const watcher = new IntersectionObserver(([seen]) => {
    if (seen.isIntersecting && more.dataset.failed !== "true") goOn();
  }, { rootMargin: "600px" });
  return {
    node,
    /** From the beginning; what is there stays until then. */
    restart: () => turn(null),
    /** The same, unless somebody has gone on in it. */
    refresh: async () => {
      if (!busy && pages < 2) await turn(null);
    },
  };
}
