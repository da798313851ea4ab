/** The overlay itself, as it goes by the settings that are chosen beside it, without its sound. */

import { el } from "../dom.js";
import { part, say } from "./words.js";

/** @returns {{node: HTMLElement, open: (path: string) => void}} */
export function mountPreview() {
  // There is nothing to press in it: by keyboard it would be a stop at which nothing is to be seen.
  const frame = el("iframe.preview-frame", { title: say("preview_about"), "data-testid": "preview", loading: "lazy", tabIndex: -1 });
  const node = part("preview", el("div.preview-stage", {}, frame));
  return {
    node,
    open(path) {
      const [before, key] = path.split("#");
      frame.src = `${before}?preview=1&mute=1#${key}`;
    },
  };
}
