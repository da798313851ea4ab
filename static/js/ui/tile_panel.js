/** A grid of gifts in the tray. The Tab key stops in it once; the arrows go from tile to tile. */

import { nextTile } from "../core/tray_model.js";
import { el, isRightToLeft } from "./dom.js";
import { mountTile } from "./tile.js";

/**
 * @param {string} name the tab's
 * @param {(gift: object, art: HTMLElement) => void} onTap
 * @returns {{name: string, node: HTMLElement, fill: (gifts: object[]) => void, update: (state: object) => void,
 *   tileOf: (gift: object) => HTMLElement|undefined}}
 */
export function mountTilePanel(name, onTap) {
  const node = el("div.tray-grid", { id: `tray-${name}` });
  let tiles = new Map();
  moveByArrows(node);
  scrollByWheel(node);

  function fill(gifts) {
    tiles = new Map(gifts.map((gift) => {
      const tile = mountTile(gift, () => onTap(gift, tile.art));
      return [gift.id, tile];
    }));
    node.replaceChildren(...Array.from(tiles.values(), (tile) => tile.node));
    if (node.firstChild) node.firstChild.tabIndex = 0;
  }
  return {
    name,
    node,
    fill,
    update(state) {
      for (const tile of tiles.values()) tile.update(state);
    },
    tileOf: (gift) => tiles.get(gift.id)?.node,
  };
}

function moveByArrows(panel) {
  panel.addEventListener("focusin", ({ target }) => {
    for (const tile of panel.children) tile.tabIndex = tile === target ? 0 : -1;
  });
  panel.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow") && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    const tiles = [...panel.children];
    const columns = getComputedStyle(panel).gridTemplateColumns.split(" ").length;
    const index = tiles.indexOf(document.activeElement);
    tiles[nextTile(event.key, index, tiles.length, columns, isRightToLeft())].focus();
  });
}

/** Where the tray is one long row, the wheel of a mouse moves along it. */
function scrollByWheel(panel) {
  panel.addEventListener("wheel", (event) => {
    if (panel.scrollWidth <= panel.clientWidth || event.deltaX) return;
    event.preventDefault();
    panel.scrollLeft += (isRightToLeft() ? -1 : 1) * event.deltaY;
  });
}
