/** The sheet in which a room is promoted: which, how often it is seen, what it costs, and what comes back. */

import { el, setText } from "../dom.js";
import { mountEndless } from "../endless.js";
import { coinIcon } from "../icon.js";
import { say } from "./words.js";

/** After the last letter of what is looked for. */
const TYPED_MS = 250;

/**
 * Opens it over the page. It closes by Escape, its button, or a touch beside it.
 * @param {object} shown
 * @param {object|null} shown.meant the room that is to be promoted, if that is known and can be
 * @param {boolean} shown.isGone it was known, unless it is `meant`, and cannot be promoted any more
 * @param {(words: string, cursor: string|null) => Promise<{items: object[], cursor: string|null}>} shown.findRooms
 * @param {object[]} shown.packages
 * @param {number} shown.coins
 * @param {() => HTMLElement} shown.walletLink
 * @param {(wanted: {room: string, package: string}) => Promise<void>} onPromote throws what went wrong
 */
export function openPromotionSheet({ meant, isGone, findRooms, packages, coins, walletLink }, onPromote) {
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
    const list = el("ul.promote-rooms");
    const field = el("input.field", {
      type: "search", "aria-label": say("find_room"), placeholder: say("find_room"), autocomplete: "off", "data-testid": "find-room",
    });
    const { node, restart } = mountEndless({
      list,
      load: (cursor) => findRooms(field.value.trim(), cursor),
      add: (found) => list.append(...found.map((one) => el("li", {}, roomButton(one)))),
      empty: () => say(field.value.trim() ? "no_such_room" : "no_rooms"),
      say,
    });
    let typing = null;
    field.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(restart, TYPED_MS);
    });
    body.replaceChildren(about ? el("p.form-problem", { role: "alert", text: about }) : el("span"), field, node);
    restart();
  }
  function roomButton(one) {
    return el("button.promote-room", { type: "button", "data-room": one.id, onclick: () => choosePackage(one) },
      el("bdi.promote-room-title", { text: one.title }), el("bdi.promote-room-name", { text: one.streamer.name }));
  }

  dialog.append(el("div.sheet-head", {}, head, close), body);
  if (meant) choosePackage(meant);
  else chooseRoom(isGone ? say("room_gone") : null);
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
