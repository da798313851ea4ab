/** The frame of the viewer's page: the bar above, where everything goes, and the tray that opens and shuts. */

import { isOnAir, wordOf } from "../core/rooms.js";
import { avatar } from "./avatar.js";
import { mountConnectionDot } from "./connection_dot.js";
import { compact, el, setAttribute, setText, text } from "./dom.js";
import { mountGiftsButton } from "./gifts_button.js";
import { mountLanguageChoice } from "./language.js";

const MUTED_KEY = "fanfare.muted";

/**
 * The bar: whose room it is, whether it is live, how many watch, and how the line is.
 * @param {{onMute: (muted: boolean) => void}} options
 */
export function mountRoomBar({ onMute }) {
  const face = el("span.bar-face");
  const name = el("bdi.bar-name");
  const title = el("bdi");
  const badge = el("span.badge", { "data-testid": "live" });
  const count = el("span", { "aria-hidden": "true" });
  const spoken = el("span.visually-hidden");
  const viewers = el("span.bar-viewers", { "data-testid": "viewers" }, el("span.eye", { "aria-hidden": "true" }), count, spoken);
  const connection = mountConnectionDot();
  const node = el("div.bar-inside", {},
    el("a.bar-home", { href: "/", "aria-label": text("back"), "data-testid": "leave" },
      el("span.bar-back", { "aria-hidden": "true", text: "‹" }), el("img", { src: "/static/favicon.svg", alt: "", width: 32, height: 32 })),
    el("div.bar-chip", {}, face, el("div.bar-words", {}, name, el("h1.bar-title", {}, title))),
    el("div.bar-facts", {}, connection.node, badge, viewers, muteButton(onMute)));
  let streamer = null;

  function update({ room, viewers: watching }) {
    if (!room) return;
    if (streamer !== room.streamer.id) face.replaceChildren(avatar(room.streamer));
    streamer = room.streamer.id;
    setText(name, room.streamer.name);
    setText(title, room.title);
    document.title = `${room.title} · ${text("brand")}`;
    setText(badge, text(wordOf(room)));
    setAttribute(badge, "data-live", isOnAir(room));
    setText(count, compact(watching));
    setText(spoken, text("viewers", { count: watching }));
    setAttribute(viewers, "data-count", watching);
    const label = text("stage_label", { name: room.streamer.name });
    setAttribute(document.getElementById("stage"), "aria-label", label);
  }
  return { node, connection, update };
}

/** Sounds on or off, remembered on this device. */
function muteButton(onMute) {
  const node = el("button.mute", { type: "button", "aria-label": text("mute"), "data-testid": "mute", onclick: () => set(!muted) });
  let muted = localStorage.getItem(MUTED_KEY) === "yes";
  function set(wanted) {
    muted = wanted;
    localStorage.setItem(MUTED_KEY, muted ? "yes" : "no");
    node.setAttribute("aria-pressed", String(muted));
    onMute(muted);
  }
  set(muted);
  return node;
}

/**
 * Puts the mounted parts of the page in their places.
 * @param {object} parts
 * @returns {{openTray: (open: boolean) => void, giftsButton: object, focusGift: (gift: object) => void}}
 */
export function layOutRoom({ bar, alerts, combo, goal, levels, board, feed, composer, tray, announcer, toasts, recharge, shoutOuts }) {
  const grid = document.getElementById("room");
  const giftsButton = mountGiftsButton({ onToggle: () => openTray(!isTrayOpen()) });
  const boardButton = el("button.open-board", {
    type: "button", "aria-label": text("top_viewers"), "aria-expanded": "false", text: "★",
    onclick: () => openBoard(!isBoardOpen()),
  });
  const isTrayOpen = () => grid.dataset.tray === "open";
  const isBoardOpen = () => board.node.dataset.open === "true";

  /** What opens or shuts hides where the focus was: it goes along to where the person goes on. */
  function openTray(open) {
    if (open === isTrayOpen()) return;
    const focused = tray.node.contains(document.activeElement);
    grid.dataset.tray = open ? "open" : "closed";
    giftsButton.setOpen(open);
    if (open) openBoard(false);
    if (open) tray.focus();
    else if (focused) giftsButton.node.focus();
  }
  function openBoard(open) {
    board.node.dataset.open = String(open);
    boardButton.setAttribute("aria-expanded", String(open));
  }
  /** Escape takes away what lies on top, one at a time. A question sees to itself. */
  function onEscape() {
    if (document.querySelector("dialog[open]")) return;
    if (isBoardOpen()) openBoard(false);
    else openTray(false);
  }

  mountLanguageChoice();
  bar.node.querySelector(".bar-facts").append(boardButton, document.querySelector(".language"));
  document.getElementById("bar").append(bar.node);
  const stage = document.getElementById("stage");
  // On a phone, a touch of the stage puts away whatever lies over it.
  stage.addEventListener("click", () => {
    openTray(false);
    openBoard(false);
  });
  composer.node.append(giftsButton.node);
  board.node.classList.add("panel");
  document.getElementById("side").append(board.node, feed.node, composer.node);
  grid.append(goal.node, ...alerts.nodes, shoutOuts.node, levels.node, combo.node, tray.node);
  document.body.append(toasts.node, announcer.node, recharge.node);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) onEscape();
    // A key that is held down presses a button once: no gift, and no question, is answered by its repetitions.
    if (event.key === "Enter" && event.repeat) event.preventDefault();
  });
  return {
    openTray,
    giftsButton,
    focusGift(gift) {
      if (tray.node.checkVisibility()) tray.focus(gift);
      else giftsButton.node.focus();
    },
  };
}
