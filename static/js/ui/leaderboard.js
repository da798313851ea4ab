/** The top gifters of the room. Only the server's word: the page adds nothing up. */

import { avatar } from "./avatar.js";
import { compact, el, setAttribute, setText, text } from "./dom.js";
import { coinIcon } from "./icon.js";
import { levelMark } from "./marks.js";
import { youMark } from "./you_mark.js";

/**
 * @param {{rows?: number, empty?: boolean}} [options]
 * @returns {{node: HTMLElement, update: (top: {user: {id: string, name: string}, coins: number, gifts?: number}[], me?: string) => void}}
 */
export function mountLeaderboard({ rows = 10, empty = true } = {}) {
  const list = el("ol.board-rows");
  const nobody = empty ? el("p.board-empty", { text: text("top_empty") }) : null;
  const node = el("section.board", { "aria-label": text("top_viewers"), "data-testid": "leaderboard" },
    el("h2.board-title", { text: text("top_viewers") }), list, nobody);
  const known = new Map();

  function update(top, me) {
    const shown = top.slice(0, rows);
    const ids = new Set(shown.map(({ user }) => user.id));
    for (const [id, row] of known) {
      if (ids.has(id)) continue;
      row.node.remove();
      known.delete(id);
    }
    for (const [i, { user, coins, gifts }] of shown.entries()) {
      if (!known.has(user.id)) known.set(user.id, rowOf(user));
      const row = known.get(user.id);
      if (list.children[i] !== row.node) list.insertBefore(row.node, list.children[i] ?? null);
      setText(row.rank, String(i + 1));
      // Where the board goes by their number.
      setText(row.coins, gifts === undefined ? compact(coins) : `×${compact(gifts)}`);
      row.coin.hidden = gifts !== undefined;
      if (row.level !== user.level) row.marks.replaceChildren(...[levelMark(user.level)].filter(Boolean));
      row.level = user.level;
      row.you.hidden = user.id !== me;
      setAttribute(row.node, "data-coins", coins);
      setAttribute(row.node, "data-rank", i + 1);
    }
    if (nobody) nobody.hidden = shown.length > 0;
    setAttribute(node, "data-rows", shown.length);
  }
  return { node, update };
}

function rowOf(user) {
  const rank = el("span.board-rank");
  const coins = el("span");
  const name = el("bdi.board-name", { text: user.name ?? text("somebody") });
  const you = youMark();
  const marks = el("span.board-marks");
  const coin = el("span.board-coin", {}, coinIcon(14));
  const node = el("li.board-row", { "data-user": user.id }, rank, avatar(user), name, marks, you, el("span.board-coins", {}, coin, coins));
  return { node, rank, coins, coin, you, marks };
}
