/** The dot that tells how the line is: silent for the first two seconds, then amber, red when it is over. */

import { el, setText, text } from "./dom.js";

const SILENT_MS = 2000;

/** @returns {{node: HTMLElement, update: (status: {state: string}) => void}} */
export function mountConnectionDot() {
  const words = el("span.dot-words");
  const node = el("span.dot", { role: "status", "data-testid": "connection", "data-state": "connecting" },
    el("span.dot-light", { "aria-hidden": "true" }), words);
  let timer = null;

  function show(state, said) {
    clearTimeout(timer);
    timer = null;
    node.dataset.state = state;
    setText(words, said);
    node.title = said;
  }
  function update({ state }) {
    if (state === "open") show("open", "");
    else if (state === "stopped") show("stopped", text("connection_stopped"));
    else if (node.dataset.state !== "lost") timer ??= setTimeout(() => show("lost", text("connection_lost")), SILENT_MS);
  }
  return { node, update };
}
