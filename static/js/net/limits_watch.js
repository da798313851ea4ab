/** What the limits of somebody's spending leave, while gifts are given: asked for once somebody thinks of giving. */

import { nearLimit, standsAgainst } from "../core/spending.js";
import { fetchLimits } from "./spending_api.js";

/** What is given elsewhere is asked for again, and no more often than that. */
const ASK_AGAIN_MS = 2000;

/** The limits of who is in a room. */
export class LimitsWatch {
  #token;
  #isLimited;
  #onChange;
  #serverMs;
  #view = null;
  #since = 0;
  #asking = null;
  #stale = false;

  /**
   * @param {object} options
   * @param {() => string|null} options.token null for somebody who has no wallet
   * @param {() => boolean} options.isLimited whether there is anything to ask for
   * @param {() => number} options.serverMs the server's clock
   * @param {() => void} options.onChange what is left is another, or known now
   */
  constructor({ token, isLimited, serverMs, onChange }) {
    this.#token = token;
    this.#isLimited = isLimited;
    this.#serverMs = serverMs;
    this.#onChange = onChange;
  }

  /** The first time asks the server. */
  start() {
    if (!this.#view && this.#isLimited()) this.#ask();
  }

  /** Takes what the server says to this person. */
  receive(message) {
    if (message.type === "limits_changed") this.#ask();
    if (!this.#view) return;
    if (message.type === "gift_accepted" && !message.duplicate) {
      this.#since += message.coins;
      this.#onChange();
      // Where it matters it is asked for once more: nobody is held back by what was counted twice.
      if (this.near) this.#ask();
    } else if (message.type === "wallet_changed") {
      this.#ask();
    }
  }

  /** The limit that is near: {window, left, limit}, or null. */
  get near() {
    return this.#view && nearLimit(this.#current(), this.#since);
  }

  /** What stands against spending so many coins: {name, left, untilMs}, or null. */
  standsAgainst(coins) {
    return this.#view && standsAgainst(this.#current(), coins, this.#since);
  }

  /** A window that has ended is another one, of which the server knows more. */
  #current() {
    const ended = Math.min(...Object.values(this.#view.resets)) <= this.#serverMs();
    if (ended) this.#ask();
    return this.#view;
  }

  async #ask() {
    const token = this.#token();
    if (!token) return;
    if (this.#asking) {
      this.#stale = true;
      return;
    }
    this.#asking = token;
    const before = this.#since;
    try {
      const view = await fetchLimits(token);
      if (token === this.#token()) {
        this.#view = view;
        // What was given while it was on its way may be in it or not: rather twice than not at all.
        this.#since -= before;
        this.#onChange();
      }
    } catch {
      // The server has the last word all the same.
    }
    setTimeout(() => {
      this.#asking = null;
      if (this.#stale) this.#ask();
      this.#stale = false;
    }, ASK_AGAIN_MS);
  }
}
