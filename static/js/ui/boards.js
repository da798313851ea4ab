/** The room's boards, one for each period: this live from the room itself, the others asked for while they are looked at. */

import { latest } from "../core/latest.js";
import { fetchBoard, shownOnBoards } from "../net/api.js";
import { el, text } from "./dom.js";
import { mountLeaderboard } from "./leaderboard.js";

const PERIODS = ["live", "day", "week", "all"];
const AGAIN_MS = 10_000;

/**
 * @param {{roomId: string, token: () => string|null}} options `token`: whose page it is, null for somebody who only watches
 * @returns {{node: HTMLElement, update: (top: object[], me?: string) => void}}
 */
export function mountBoards({ roomId, token }) {
  const board = mountLeaderboard();
  const { node } = board;
  const periods = el("fieldset.board-periods", {}, el("legend.visually-hidden", { text: text("board_period") }),
    ...PERIODS.map((name) => el("label.board-period", {},
      el("input.visually-hidden", { type: "radio", name: "board-period", value: name, checked: name === "live", onchange: () => select(name) }),
      el("span", { text: text(`board_${name}`) }))));
  const leave = el("button.board-leave", { type: "button", hidden: true, "data-testid": "board-leave", onclick: toggle });
  node.querySelector(".board-title").after(periods);
  node.append(leave);
  const begin = latest();
  let period = "live";
  let live = [];
  let me;
  let isShown = true;
  let timer = null;

  function update(top, who) {
    [live, me] = [top, who];
    if (period === "live") board.update(live, me);
  }

  function select(name) {
    period = name;
    begin();
    clearInterval(timer);
    board.update(name === "live" ? live : [], me);
    if (name === "live") return;
    look();
    timer = setInterval(look, AGAIN_MS);
  }

  async function look() {
    if (document.hidden || !node.checkVisibility()) return;
    const isNewest = begin();
    const found = await fetchBoard(roomId, period).catch(() => null);
    if (found && isNewest()) board.update(found.top, me);
  }

  /** Only who looks at the board is asked about: most never do. */
  async function know(change) {
    const known = token() && (await shownOnBoards(token(), change).catch(() => null));
    leave.hidden = !known;
    if (!known) return;
    isShown = known.shown;
    leave.textContent = text(isShown ? "board_leave" : "board_return");
  }

  async function toggle() {
    await know(!isShown);
    if (period !== "live") look();
  }
  for (const event of ["pointerenter", "focusin"]) node.addEventListener(event, () => leave.hidden && know());
  return { node, update };
}
