/** One gift in the tray: what it is, what the chosen number of it costs, what is on its way. */

import { moneyFor } from "../core/recharge.js";
import { missingCoins, quantityOf } from "../core/tray_model.js";
import { el, listed, number, price as moneyText, setAttribute, setText, text } from "./dom.js";
import { coinIcon, icon } from "./icon.js";

/**
 * @param {object} gift
 * @param {() => void} onTap
 * @returns {{node: HTMLElement,
 *   update: (state: {coins: number, sending: Map<string, number>, live: boolean, chosen: number, per100: object|null}) => void}}
 */
export function mountTile(gift, onTap) {
  const art = el("span.tile-art", {}, icon(gift.id, { size: 48, lazy: true }));
  const price = el("span");
  const money = el("span.tile-money", { hidden: true });
  const times = el("span.tile-times", { hidden: true });
  const badge = el("span.tile-sending", { hidden: true });
  const node = el("button.tile", { type: "button", tabIndex: -1, "data-gift": gift.id, "data-price": gift.price_coins, onclick: onTap },
    art, el("span.tile-name", { text: gift.name }), el("span.tile-price", {}, coinIcon(14), price), money, times, badge);

  function update({ coins, sending, live, chosen, per100 }) {
    const quantity = quantityOf(gift, chosen);
    const total = gift.price_coins * quantity;
    const missing = missingCoins(total, coins);
    const inMoney = per100 ? moneyText(moneyFor(total, per100)) : "";
    const count = sending.get(gift.id) ?? 0;
    // Names of buttons hold what is written on them, so that they can be called by it.
    setAttribute(node, "aria-label", listed(
      text("so_many", { name: gift.name, quantity }), text("coins", { count: total }), inMoney,
      missing && text("missing_count", { count: missing }), count && text("sending_count", { count })));
    setAttribute(node, "data-missing", missing || null);
    setAttribute(node, "data-sending", count || null);
    setAttribute(node, "aria-disabled", live ? null : "true");
    setText(price, number(total));
    money.hidden = !inMoney;
    setText(money, inMoney);
    times.hidden = quantity === 1;
    setText(times, `×${number(quantity)}`);
    badge.hidden = count === 0;
    setText(badge, count ? text("sending_count", { count }) : "");
  }
  return { node, art, update };
}
