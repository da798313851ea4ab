/** Copying a text that stands on the page. */

/**
 * Copies an element's text; where the browser does not let us, it is selected, for the person to copy.
 * @param {HTMLElement} node
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copyText(node) {
  try {
    // Only there on pages that came over https or from this machine.
    await navigator.clipboard.writeText(node.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(node);
    return document.execCommand("copy");
  }
}
