/** The phone's button that opens the gift tray, and that shows the wallet while the tray is shut. */

import { compact, el, listed, number, setAttribute, setText, text } from "./dom.js";
import { coinIcon, icon } from "./icon.js";

/** From here on the whole number would crowd out the field beside it. */
const COMPACT_FROM = 1_000_000;

/**
 * @param {{onToggle: () => void}} options
 * @returns {{node: HTMLElement, setOpen: (open: boolean) => void,
 *   update: (wallet: {balance: object|null, sending: number}) => void}}
 */
export function mountGiftsButton({ onToggle }) {
  const coins = el("span.open-gifts-coins");
  const sending = el("span.open-gifts-sending");
  const wallet = el("span.open-gifts-wallet", { hidden: true, "data-testid": "wallet" }, coinIcon(14), coins, sending);
  const node = el("button.open-gifts", {
    type: "button", "aria-label": text("open_gifts"), "aria-expanded": "false", "data-testid": "open-gifts", onclick: onToggle,
  }, icon("present", { size: 30 }), wallet);

  function update({ balance, sending: count }) {
    const shown = balance ? (balance.coins < COMPACT_FROM ? number : compact)(balance.coins) : "";
    const said = count ? text("sending_count", { count }) : "";
    wallet.hidden = !balance;
    setAttribute(node, "aria-label", listed(text("open_gifts"), shown && text("balance_is", { coins: shown }), said));
    setText(coins, shown);
    setText(sending, said);
  }
  return { node, update, setOpen: (open) => node.setAttribute("aria-expanded", String(open)) };
}
