/** The gift tray's contents and what can be paid: pure functions over the catalogue and the wallet. */

const TIERS = ["ribbon", "float", "banner", "scene"];

/** How many of a gift one tap may send. */
export const QUANTITIES = [1, 10, 99];

/** As many letters as a gift may carry. */
export const WORDS_MAX = 120;

/** What costs less than this never asks first. */
const ASK_FROM_COINS = 1000;

/**
 * Whether a purchase has to be confirmed: the first dear one, one above twice the dearest that was confirmed, and
 * one above a quarter of the wallet.
 * @param {number} coins what it costs
 * @param {{confirmed: number, spendable: number}} wallet `confirmed`: the dearest confirmed so far, else 0
 */
export function mustAsk(coins, { confirmed, spendable: left }) {
  return coins >= ASK_FROM_COINS && (coins > 2 * confirmed || 4 * coins > left);
}

/**
 * The catalogue as tabs, cheapest first; a tier without gifts has no tab.
 * @param {object[]} gifts
 * @returns {{tier: string, gifts: object[]}[]}
 */
export function tabsOf(gifts) {
  const tabs = TIERS.map((tier) => ({
    tier,
    gifts: gifts.filter((gift) => gift.tier === tier).sort((a, b) => a.price_coins - b.price_coins),
  }));
  return tabs.filter((tab) => tab.gifts.length);
}

/** How many of a gift a tap sends: a gift that cannot streak comes one by one. */
export function quantityOf(gift, chosen) {
  return gift.streakable ? chosen : 1;
}

/**
 * Coins that may still be spent: the server's balance less what is on its way. Never below zero.
 * @param {{coins: number}|null} balance null while it is not known
 * @param {number} sendingCoins
 */
export function spendable(balance, sendingCoins) {
  return balance ? Math.max(0, balance.coins - sendingCoins) : 0;
}

/** Coins that are missing for one gift of this price. */
export function missingCoins(priceCoins, coins) {
  return Math.max(0, priceCoins - coins);
}

/** Where the arrow keys lead in a grid: the index of the next tile. */
export function nextTile(key, index, length, columns, rightToLeft) {
  const forward = rightToLeft ? -1 : 1;
  const steps = { ArrowRight: forward, ArrowLeft: -forward, ArrowDown: columns, ArrowUp: -columns };
  if (key === "Home") return 0;
  if (key === "End") return length - 1;
  const next = index + (steps[key] ?? 0);
  return next < 0 || next >= length ? index : next;
}
