/** What the pages of a person's own money begin with: the names of gifts, and what is said where they cannot go on. */

import { fetchGifts } from "../net/api.js";
import { el } from "./dom.js";

/** What gifts are called; by their ids, where that cannot be learned. */
export async function giftNames() {
  const { gifts } = await fetchGifts().catch(() => ({ gifts: [] }));
  const names = new Map(gifts.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

/** A panel alone on the page: a question who this is, or why it cannot go on. */
export function lonePanel(heading, ...children) {
  return el("section.lone.panel", {}, el("h1", { text: heading }), ...children);
}

/** Below a document: the way back, and the printer. */
export function paperActs(say, back) {
  return el("div.paper-acts", {},
    el("a.button", { href: back, text: say("paper_back") }),
    el("button.button.button-strong", { type: "button", text: say("print"), "data-testid": "print", onclick: () => print() }));
}

/** Why the page cannot go on, and the way to the rooms. */
export function problemPanel(say, words) {
  return lonePanel(say("title"), el("p", { role: "alert", text: words, "data-testid": "problem" }), el("a.button", { href: "/", text: say("nav_rooms") }));
}
