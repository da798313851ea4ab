/** A button that downloads a file which takes a token to be asked for. */

import { el } from "./dom.js";

/**
 * @param {{label: string, text: string, file: string, fetchFile: () => Promise<Blob>, onFailed: (error: Error) => void}} options
 *   `label` for screen readers, `text` on the button, `file` its name
 * @returns {HTMLElement}
 */
export function downloadButton({ label, text, file, fetchFile, onFailed }) {
  const node = el("button.button.download", { type: "button", "aria-label": label, text, "data-testid": "csv", onclick: download });
  async function download() {
    node.disabled = true;
    try {
      const address = URL.createObjectURL(await fetchFile());
      el("a", { href: address, download: file }).click();
      // Not at once: the browser still has to read it.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    } catch (error) {
      onFailed(error);
    }
    node.disabled = false;
  }
  return node;
}
