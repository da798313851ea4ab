/** The gift tray: tabs by tier and what was sent last, how many, with which words. Taps go up, state comes down. */

import { missingCoins, quantityOf, tabsOf } from "../core/tray_model.js";
import { animate, el, setText, text } from "./dom.js";
import { mountQuantities, mountWords } from "./gift_options.js";
import { mountTabs } from "./tabs.js";
import { mountTilePanel } from "./tile_panel.js";

const NOTICE_MS = 6000;

/**
 * @param {object} options
 * @param {object[]} options.gifts the catalogue
 * @param {HTMLElement} options.balance the mounted balance
 * @param {(gift: object, more: {quantity: number, words?: string}) => Promise<boolean>} options.onTap whether it is sent
 * @param {() => void} options.onClose
 * @returns {{node: HTMLElement, focus: (gift?: object) => void,
 *   update: (state: {coins: number, sending: Map<string, number>, live: boolean, recent: string[]}) => void}}
 */
export function mountTray({ gifts, balance, onTap, onClose }) {
  const byId = new Map(gifts.map((gift) => [gift.id, gift]));
  const quantities = mountQuantities({ onChange: draw });
  const words = mountWords();
  const notice = mountNotice();
  const recent = mountTilePanel("recent", tap);
  const own = tabsOf(gifts).map(({ tier, gifts: some }) => {
    const panel = mountTilePanel(tier, tap);
    panel.fill(some);
    return panel;
  });
  const tabs = mountTabs([recent, ...own], { label: text("gifts"), chosen: Math.min(1, own.length), onSelect });
  let state = { coins: 0, sending: new Map(), live: false, recent: [] };

  async function tap(gift, art) {
    const quantity = quantityOf(gift, quantities.chosen);
    if (missingCoins(gift.price_coins * quantity, state.coins)) notice.show(gift, quantity);
    else notice.hide();
    animate(art, [{ scale: 0.82 }, { scale: 1.12 }, { scale: 1 }], { duration: 220 });
    draw();
    if (await onTap(gift, { quantity, words: words.said })) words.clear();
  }

  function onSelect(panel) {
    // Only here, never under a finger: a gift that moves away is another gift that is paid.
    if (panel === recent) recent.fill(state.recent.map((id) => byId.get(id)).filter(Boolean));
    draw();
  }

  function draw() {
    tabs.shown.update({ ...state, chosen: quantities.chosen });
    tabs.setHidden(recent, !state.recent.some((id) => byId.has(id)));
    notice.update(state.coins);
  }
  tabs.select();
  const close = el("button.icon-button.tray-close", { type: "button", "aria-label": text("close"), text: "×", onclick: onClose });
  const node = el("section.tray.panel", { "aria-label": text("gifts"), "data-testid": "tray" },
    balance, quantities.node, close, tabs.node, recent.node, ...own.map((panel) => panel.node), words.node, notice.node);
  return {
    node,
    update(next) {
      state = next;
      draw();
    },
    focus(gift) {
      const tile = gift && tabs.shown.tileOf(gift);
      if (tile) tile.focus();
      else tabs.focus();
    },
  };
}

/** What is missing for the gift that was tapped; it leaves by itself. */
function mountNotice() {
  const node = el("p.tray-missing", { role: "status", hidden: true, "data-testid": "missing" });
  let asked = null;
  let timer = null;
  function hide() {
    asked = null;
    node.hidden = true;
  }
  function update(coins) {
    if (!asked) return;
    const missing = missingCoins(asked.gift.price_coins * asked.quantity, coins);
    if (missing) setText(node, text("missing", { name: asked.gift.name, quantity: asked.quantity, missing }));
    else hide();
  }
  return {
    node,
    update,
    hide,
    show(gift, quantity) {
      asked = { gift, quantity };
      node.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(hide, NOTICE_MS);
    },
  };
}
