/** The gift tray: tabs by tier, prices, what is on its way and what is missing. Taps go up, state comes down. */

import { missingCoins, nextTile, tabsOf } from "../core/tray_model.js";
import { animate, el, language, number, setAttribute, setText, text } from "./dom.js";
import { coinIcon, icon } from "./icon.js";

/**
 * @param {object} options
 * @param {object[]} options.gifts the catalogue
 * @param {HTMLElement} options.balance the mounted balance
 * @param {(gift: object) => void} options.onTap
 * @param {() => void} options.onClose
 * @returns {{node: HTMLElement, update: (state: {coins: number, sending: Map<string, number>, live: boolean}) => void}}
 */
export function mountTray({ gifts, balance, onTap, onClose }) {
  const tabs = tabsOf(gifts);
  const notice = el("p.tray-missing", { role: "status", hidden: true, "data-testid": "missing" });
  const tiles = new Map();
  let state = { coins: 0, sending: new Map(), live: false };

  function tap(gift) {
    if (missingCoins(gift.price_coins, state.coins)) showMissing(gift);
    else notice.hidden = true;
    onTap(gift);
    animate(tiles.get(gift.id).firstChild, [{ scale: 0.82 }, { scale: 1.12 }, { scale: 1 }], { duration: 220 });
  }

  function showMissing(gift) {
    const missing = missingCoins(gift.price_coins, state.coins);
    setText(notice, text("missing", { name: gift.name, missing, language }));
    notice.dataset.gift = gift.id;
    notice.hidden = missing === 0;
  }

  const panels = tabs.map(({ tier, gifts: own }, i) => {
    const panel = el("div.tray-grid", { role: "tabpanel", id: `tray-${tier}`, hidden: i > 0, "aria-labelledby": `tab-${tier}` });
    for (const gift of own) tiles.set(gift.id, tileOf(gift, () => tap(gift)));
    panel.append(...own.map((gift) => tiles.get(gift.id)));
    moveByArrows(panel);
    scrollByWheel(panel);
    return panel;
  });
  const close = el("button.icon-button.tray-close", { type: "button", "aria-label": text("close"), text: "×", onclick: onClose });
  const head = el("div.tray-head", {}, tabList(tabs, panels), notice, balance, close);
  const node = el("section.tray.panel", { "aria-label": text("gifts"), "data-testid": "tray" }, head, ...panels);

  function update(next) {
    state = next;
    for (const gift of gifts) updateTile(tiles.get(gift.id), gift, state);
    const asked = gifts.find((gift) => gift.id === notice.dataset.gift);
    if (asked && !notice.hidden) showMissing(asked);
  }
  return { node, update };
}

function tileOf(gift, onTap) {
  return el(
    "button.tile",
    { type: "button", tabIndex: -1, "data-gift": gift.id, "data-price": gift.price_coins, onclick: onTap },
    el("span.tile-art", {}, icon(gift.id, { size: 48 })),
    el("span.tile-name", { text: gift.name }),
    el("span.tile-price", {}, coinIcon(14), el("span", { text: number(gift.price_coins) })),
    el("span.tile-sending", { hidden: true }),
  );
}

function updateTile(tile, gift, { coins, sending, live }) {
  const missing = missingCoins(gift.price_coins, coins);
  const count = sending.get(gift.id) ?? 0;
  const key = missing ? "gift_label_missing" : "gift_label";
  setAttribute(tile, "aria-label", text(key, { name: gift.name, price: gift.price_coins, missing, language }));
  setAttribute(tile, "data-missing", missing || null);
  setAttribute(tile, "data-sending", count || null);
  setAttribute(tile, "aria-disabled", live ? null : "true");
  const badge = tile.lastChild;
  badge.hidden = count === 0;
  setText(badge, count ? `${text("sending")} ${number(count)}` : "");
}

function tabList(tabs, panels) {
  const buttons = tabs.map(({ tier }, i) =>
    el("button.tab", {
      type: "button",
      role: "tab",
      id: `tab-${tier}`,
      "data-tier": tier,
      "aria-controls": `tray-${tier}`,
      text: text(`tier_${tier}`),
      onclick: () => select(i),
    }),
  );
  function select(chosen) {
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === chosen));
      button.tabIndex = i === chosen ? 0 : -1;
      panels[i].hidden = i !== chosen;
    });
  }
  const list = el("div.tabs", { role: "tablist", "aria-label": text("gifts") }, ...buttons);
  list.addEventListener("keydown", (event) => {
    const next = nextTile(event.key, buttons.indexOf(document.activeElement), buttons.length, 1, isRightToLeft());
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    select(next);
    buttons[next].focus();
  });
  select(0);
  return list;
}

/** One stop for the Tab key in each grid; the arrows go from tile to tile. */
function moveByArrows(panel) {
  panel.firstChild.tabIndex = 0;
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

function isRightToLeft() {
  return document.documentElement.dir === "rtl";
}
