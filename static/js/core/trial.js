/** What an overlay shows when the studio tests it: events like those of gifts, which nobody has sent. Pure. */

/** A storm: so many gifts, one each so many ms. */
export const STORM_GIFTS = 40;
export const STORM_EVERY_MS = 180;

const PEOPLE = ["Ada", "Björn", "Chiara", "Diego", "Emi", "Farah", "Goran", "Hana"];

/**
 * One gift that nobody has sent.
 * @param {object} gift from the catalogue
 * @param {{n: number, atMs: number, quantity?: number}} about `n` names its sender
 */
export function trialOf(gift, { n, atMs, quantity = 1 }) {
  const name = PEOPLE[n % PEOPLE.length];
  return {
    // oxlint-disable-next-line id-match -- as events are named on the wire
    type: "gift_sent", id: `test-${atMs}-${n}`, at_ms: atMs, test: true, sender: { id: `test:${name}`, name }, receiver: "",
    gift: gift.id, quantity, coins: gift.price_coins * quantity, diamonds: "0", streak: null,
  };
}

/**
 * The gift of a storm's moment: small ones mostly, now and then a dear one.
 * @param {object[]} gifts the catalogue
 * @param {number} n from 0
 */
export function giftOfStorm(gifts, n) {
  const small = gifts.filter(({ tier }) => tier === "ribbon" || tier === "float");
  const dear = gifts.filter((gift) => !small.includes(gift));
  const from = n % 10 === 3 && dear.length ? dear : small;
  return from[(n * 7) % from.length];
}
