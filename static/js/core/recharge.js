/** What coins come to in money, and what exactly is bought where some are missing. Pure. */

/** The reference price of so many coins, rounded up as the server does; never nothing. */
export function moneyFor(coins, per100) {
  return { ...per100, minor: Math.ceil((coins * per100.minor) / 100) };
}

/**
 * The least exact number of coins on sale that covers what is missing.
 * @param {{exact: object}} packages as the server tells them
 * @param {number} missing
 * @returns {{coins: number, price: object}|null} null where so many are not sold at once
 */
export function exactFor({ exact }, missing) {
  const coins = Math.max(missing, exact.min_coins);
  return coins > exact.max_coins ? null : { coins, price: moneyFor(coins, exact.per_100) };
}
