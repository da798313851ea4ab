/** The overlay itself, as it goes by the settings that are chosen beside it, without its sound. */

import { el } from "../dom.js";
import { part, say } from "./words.js";

/** @returns {{node: HTMLElement, open: (path: string) => void}} */
export function mountPreview() {
  const frame = el("iframe.preview-frame", { title: say("preview_about"), "data-testid": "preview", loading: "lazy" });
  const node = part("preview", el("div.preview-stage", {}, frame));
  return {
    node,
    open(path) {
      const [before, key] = path.split("#");
      frame.src = `${before}?preview=1&mute=1#${key}`;
    },
  };
}
