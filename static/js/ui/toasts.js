/** Short messages, mostly about what went wrong; each leaves by itself. */

import { animate, el } from "./dom.js";

const STAYS_MS = 6000;
const TOASTS_MAX = 3;

/** @returns {{node: HTMLElement, show: (message: string, kind?: "problem"|"good") => void}} */
export function mountToasts() {
  const node = el("div.toasts", { role: "alert", "data-testid": "toasts" });
  function show(message, kind = "problem") {
    // The same complaint twice is one complaint.
    for (const toast of node.children) if (toast.textContent === message) toast.remove();
    while (node.children.length >= TOASTS_MAX) node.firstChild.remove();
    const toast = el("p.toast.panel", { text: message, "data-kind": kind, "data-testid": "toast" });
    node.append(toast);
    animate(toast, [{ translate: "0 -12px", opacity: 0 }, { translate: "0 0", opacity: 1 }], { duration: 180 });
    setTimeout(() => toast.remove(), STAYS_MS);
  }
  return { node, show };
}
