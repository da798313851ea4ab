/** The wallet on the page: the server's word as a rolling number, and beside it what is still on its way. */

import { coinIcon } from "./icon.js";
import { el, number, setAttribute, setText, text } from "./dom.js";
import { mountRolling } from "./rolling.js";

const SPOKEN_AFTER_MS = 1000;

/**
 * @param {{onGetCoins: () => void}} options
 * @returns {{node: HTMLElement, update: (wallet: {balance: object|null, sending: number, unknown: boolean}) => void}}
 */
export function mountBalance({ onGetCoins }) {
  const rolling = mountRolling();
  rolling.node.setAttribute("aria-hidden", "true");
  const sending = el("span.balance-sending", { hidden: true, "data-testid": "sending" });
  const spoken = el("span.visually-hidden", { role: "status" });
  const get = el("button.get-coins", { type: "button", "data-testid": "get-coins", onclick: onGetCoins }, el("span", { text: text("recharge") }));
  const node = el("div.balance", { "data-testid": "balance" }, coinIcon(), rolling.node, sending, spoken, get);
  let timer = null;

  function update({ balance, sending: count, unknown }) {
    rolling.update(balance ? balance.coins : null);
    setAttribute(node, "data-coins", balance ? balance.coins : null);
    setAttribute(node, "data-version", balance ? balance.version : null);
    setAttribute(node, "data-sending", count);
    sending.hidden = count === 0;
    setText(sending, unknown ? text("sending_unknown") : text("sending_count", { count }));
    // A fast hand changes the balance many times: only where it comes to rest is said.
    clearTimeout(timer);
    timer = setTimeout(() => {
      setText(spoken, balance ? text("balance", { count: balance.coins }) : text("balance_unknown"));
    }, SPOKEN_AFTER_MS);
    node.title = balance ? number(balance.coins) : "";
  }
  return { node, update };
}
