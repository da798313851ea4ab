/** Why something is switched off for everyone, said before it is tried. */

import { request } from "../net/http.js";
import { el, setText, text } from "./dom.js";

/**
 * @param {"purchases"|"gifts"|"payouts"} name
 * @returns {HTMLElement} says nothing while it is on, or while the server cannot say
 */
export function offNotice(name) {
  const node = el("p.off-notice", { role: "status", hidden: true, "data-testid": `off-${name}` });
  request("/v1/switches").then(({ switches }) => {
    const found = switches.find((one) => one.name === name);
    node.hidden = !found;
    if (found) setText(node, text(`off_${name}`, { reason: found.reason }));
  }).catch(() => {});
  return node;
}
