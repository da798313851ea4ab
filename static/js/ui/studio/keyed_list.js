/** A list on the desk whose rows stay while what they are about does: nothing moves under a finger. */

import { el } from "../dom.js";

/**
 * @param {{label: string, empty: string, keyOf: (item: object) => string, rowOf: (item: object) => HTMLElement}} options
 * @returns {{nodes: HTMLElement[], update: (items: object[]) => void}}
 */
export function keyedList({ label, empty, keyOf, rowOf }) {
  const list = el("ol.desk-list", { tabIndex: 0, "aria-label": label });
  const nothing = el("p.desk-empty", { text: empty });
  let rows = new Map();
  return {
    nodes: [nothing, list],
    update(items) {
      const next = new Map(items.map((item) => [keyOf(item), item]));
      for (const [key, row] of rows) if (!next.has(key)) row.remove();
      rows = new Map([...next].map(([key, item]) => [key, rows.get(key) ?? rowOf(item)]));
      for (const [i, row] of [...rows.values()].entries()) if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
      nothing.hidden = rows.size > 0;
    },
  };
}
