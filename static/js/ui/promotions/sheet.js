/** The sheet in which a room is promoted: which, how often it is seen, what it costs, and what comes back. */

import { el, setText } from "../dom.js";
import { coinIcon } from "../icon.js";
import { say } from "./words.js";

/**
 * Opens it over the page. It closes by Escape, its button, or a touch beside it.
 * @param {{rooms: object[], room: string|null, packages: object[], coins: number, walletLink: () => HTMLElement}} shown
 *   `rooms`: those that can be promoted; `room`: the one that is meant already
 * @param {(wanted: {room: string, package: string}) => Promise<void>} onPromote throws what went wrong
 */
export function openPromotionSheet({ rooms, room, packages, coins, walletLink }, onPromote) {
  const dialog = el("dialog.dialog.sheet.panel", { "aria-label": say("promote"), "data-testid": "promotion-sheet" });
  const head = el("h2");
  const body = el("div.promote-steps");
  const problem = el("p.form-problem", { role: "alert", "data-testid": "promotion-problem" });
  const close = el("button.icon-button", { type: "button", "aria-label": say("close"), text: "×", onclick: () => dialog.close() });

  function choosePackage(chosen) {
    setText(head, say("sheet_heading", { title: chosen.title }));
    let wanted = packages.find((one) => one.coins <= coins) ?? packages[0];
    const pay = el("button.button.button-gift", { type: "button", "data-testid": "pay", onclick: () => promote(chosen, wanted, pay) });
    const missing = el("p.promote-missing", {}, el("span", { "data-testid": "missing" }), walletLink());
    const choices = el("div.promote-packages", { role: "radiogroup", "aria-label": say("how_many") },
      ...packages.map((one) => choiceOf(one, () => choose(one))));
    function choose(one) {
      wanted = one;
      const lacks = Math.max(0, one.coins - coins);
      setText(pay, say("pay", { count: one.coins }));
      pay.hidden = lacks > 0;
      missing.hidden = !lacks;
      setText(missing.firstChild, say("missing", { count: lacks }));
    }
    body.replaceChildren(el("p.promote-label", { text: say("how_many") }), choices,
      el("p.promote-honest", { text: say("honest_view") }), el("p.promote-honest", { text: say("honest_back") }),
      problem, missing, pay);
    choices.querySelector(`[value="${CSS.escape(wanted.id)}"]`).checked = true;
    choose(wanted);
  }
  async function promote(chosen, wanted, button) {
    button.disabled = true;
    setText(problem, "");
    try {
      await onPromote({ room: chosen.id, package: wanted.id });
      dialog.close();
    } catch (error) {
      setText(problem, error.message || say("failed"));
      button.disabled = false;
    }
  }
  function chooseRoom(about) {
    setText(head, say("which_room"));
    body.replaceChildren(
      about ? el("p.form-problem", { role: "alert", text: about }) : el("span"),
      rooms.length ? el("ul.promote-rooms", {}, ...rooms.map((one) => el("li", {}, roomButton(one)))) : el("p", { text: say("no_rooms") }));
  }
  function roomButton(one) {
    return el("button.promote-room", { type: "button", "data-room": one.id, onclick: () => choosePackage(one) },
      el("bdi.promote-room-title", { text: one.title }), el("bdi.promote-room-name", { text: one.streamer.name }));
  }

  dialog.append(el("div.sheet-head", {}, head, close), body);
  const meant = rooms.find(({ id }) => id === room);
  if (meant) choosePackage(meant);
  else chooseRoom(room ? say("room_gone") : null);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

function choiceOf({ id, coins, impressions, hours }, onchange) {
  const label = say("package_label", { views: impressions, hours, coins });
  return el("label.promote-package", { "data-package": id },
    el("input", { type: "radio", name: "package", value: id, onchange, "aria-label": label }),
    el("span.promote-views", { text: say("package_views", { count: impressions }) }),
    el("span.promote-hours", { text: say("package_hours", { count: hours }) }),
    el("span.promote-price", {}, coinIcon(16), say("package_price", { count: coins })));
}
