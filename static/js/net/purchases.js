/** A viewer's purchases in this tab: opened once however often they are asked for, and followed until the coins are there. */

import { createPurchase, fetchPurchase } from "./api.js";

/** What keeps a purchase open for another look; all else is its end. */
const UNDER_WAY = ["created", "paid"];

/** One viewer's, in the storage that a reload leaves alone. */
export class Purchases {
  #storage;
  #asked;
  #bought;

  /** @param {Storage} storage @param {string} user the viewer's id: nobody goes on with another person's */
  constructor(storage, user) {
    this.#storage = storage;
    this.#asked = `fanfare.purchase.${user}`;
    this.#bought = `fanfare.bought.${user}`;
  }

  /**
   * Opens a checkout. Without an answer the next call for the same goes out under the same key.
   * @param {object} wanted the request's body
   * @param {{token: string, newKey: () => string}} by
   * @returns {Promise<object>} the purchase; throws a FanfareError
   */
  async buy(wanted, { token, newKey }) {
    const body = JSON.stringify(wanted);
    const kept = this.#read(this.#asked);
    const key = kept?.body === body ? kept.key : newKey();
    this.#storage.setItem(this.#asked, JSON.stringify({ key, body }));
    let purchase;
    try {
      purchase = await createPurchase(wanted, { token, key });
    } catch (error) {
      // A refusal is an answer; silence and a server in trouble are none, and what a guardian is asked for goes under the same key.
      if (error.status >= 400 && error.status < 500 && error.slug !== "approval_needed") this.#storage.removeItem(this.#asked);
      throw error;
    }
    this.#storage.removeItem(this.#asked);
    this.#storage.setItem(this.#bought, JSON.stringify({ id: purchase.id, coins: purchase.coins + purchase.bonus }));
    return purchase;
  }

  /** The purchase whose coins are waited for: {id, coins}, or null. */
  get awaited() {
    return this.#read(this.#bought);
  }

  /** How the awaited one stands, by the server's word. @returns {Promise<{status: string, underWay: boolean}>} */
  async look(token) {
    const { status } = await fetchPurchase(this.awaited.id, token);
    return { status, underWay: UNDER_WAY.includes(status) };
  }

  /** No more is waited for. */
  forget() {
    this.#storage.removeItem(this.#bought);
  }

  #read(key) {
    return JSON.parse(this.#storage.getItem(key) ?? "null");
  }
}
