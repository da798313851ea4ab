/** The gift tray: tabs by tier and what was sent last, how many, with which words. Taps go up, state comes down. */

import { exactFor } from "../core/recharge.js";
import { missingCoins, quantityOf, tabsOf } from "../core/tray_model.js";
import { animate, el, price, setText, text } from "./dom.js";
import { mountQuantities, mountWords } from "./gift_options.js";
import { shortPolicyOf } from "./recharge_sheet.js";
import { offNotice } from "./off_notice.js";
import { mountTabs } from "./tabs.js";
import { mountTilePanel } from "./tile_panel.js";

/** There is something to read and to decide in it. */
const NOTICE_MS = 15_000;

/**
 * @param {object} options
 * @param {object[]} options.gifts the catalogue
 * @param {HTMLElement} options.balance the mounted balance
 * @param {(gift: object, more: {quantity: number, words?: string}) => Promise<boolean>} options.onTap whether it is sent
 * @param {(missing: number) => void} options.onBuy buys exactly what is missing
 * @param {() => void} options.onClose
 * @returns {{node: HTMLElement, focus: (gift?: object) => void, tell: (message: string) => void,
 *   update: (state: {coins: number, sending: Map<string, number>, live: boolean, recent: string[],
 *   packages: object|null}) => void}}
 */
export function mountTray({ gifts, balance, onTap, onBuy, onClose }) {
  const byId = new Map(gifts.map((gift) => [gift.id, gift]));
  const quantities = mountQuantities({ onChange: draw });
  const words = mountWords();
  const notice = mountNotice(onBuy);
  const recent = mountTilePanel("recent", tap);
  const own = tabsOf(gifts).map(({ tier, gifts: some }) => {
    const panel = mountTilePanel(tier, tap);
    panel.fill(some);
    return panel;
  });
  const labelOf = ({ name }) => text(`tier_${name}`);
  const tabs = mountTabs([recent, ...own], { label: text("gifts"), labelOf, chosen: Math.min(1, own.length), onSelect });
  let state = { coins: 0, sending: new Map(), live: false, recent: [], packages: null };

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
    tabs.shown.update({ ...state, chosen: quantities.chosen, per100: state.packages?.exact.per_100 ?? null });
    tabs.setHidden(recent, !state.recent.some((id) => byId.has(id)));
    notice.update(state);
  }
  tabs.select();
  const close = el("button.icon-button.tray-close", { type: "button", "aria-label": text("close"), text: "×", onclick: onClose });
  const node = el("section.tray.panel", { "aria-label": text("gifts"), "data-testid": "tray" },
    balance, quantities.node, close, offNotice("gifts"), tabs.node, recent.node, ...own.map((panel) => panel.node), words.node, notice.node);
  return {
    node,
    update(next) {
      state = next;
      draw();
    },
    /** Says something where the words go with a gift, unless some are being written. */
    tell(message) {
      if (!words.node.contains(document.activeElement)) notice.tell(message);
    },
    focus(gift) {
      const tile = gift && tabs.shown.tileOf(gift);
      if (tile) tile.focus();
      else tabs.focus();
    },
  };
}

/** What is missing for the gift that was tapped; with one touch it is bought. It leaves by itself. */
function mountNotice(onBuy) {
  const words = el("span", { role: "status", "data-testid": "missing-words" });
  const policy = el("span.missing-policy");
  const get = el("button.button.button-gift.missing-get", { type: "button", hidden: true, "data-testid": "get-missing", onclick: () => onBuy(short) });
  const node = el("div.tray-missing", { hidden: true, "data-testid": "missing" }, el("p", {}, words, policy), get);
  let short = 0;
  let asked = null;
  let timer = null;
  function hide() {
    asked = null;
    node.hidden = true;
  }
  function update({ coins, packages }) {
    if (!asked) return;
    const missing = missingCoins(asked.gift.price_coins * asked.quantity, coins);
    if (!missing) {
      hide();
      return;
    }
    short = missing;
    setText(words, text("missing", { what: text("so_many", { name: asked.gift.name, quantity: asked.quantity }), missing }));
    const exact = packages?.providers.length ? exactFor(packages, missing) : null;
    get.hidden = !exact;
    setText(policy, exact ? shortPolicyOf(packages) : "");
    if (exact) setText(get, text("get_missing", { coins: exact.coins, price: price(exact.price) }));
  }
  function stay() {
    node.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(hide, NOTICE_MS);
  }
  return {
    node,
    update,
    hide,
    show(gift, quantity) {
      asked = { gift, quantity };
      stay();
    },
    tell(message) {
      // What is missing is more urgent.
      if (asked) return;
      setText(words, message);
      setText(policy, "");
      get.hidden = true;
      stay();
    },
  };
}
