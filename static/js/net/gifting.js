/** A viewer's gifts, from the tap to the server's answer: taps are joined, and sent as one gift. */

import { Combo } from "../core/combo.js";
import { Taps } from "../core/taps.js";
import { spendable, missingCoins } from "../core/tray_model.js";

const LOOK_EVERY_MS = 250;

/** What one viewer sends in one room. */
export class Gifting {
  #fanfare;
  #gifts;
  #options;
  #taps = new Taps();
  #combo = new Combo();
  #tapTimer = null;

  /**
   * @param {object} options
   * @param {import("../fanfare.js").Fanfare} options.fanfare
   * @param {Map<string, object>} options.gifts
   * @param {() => void} options.onChange something shown has changed
   * @param {(gift: object, reply: {message: string}) => void} options.onRefused
   * @param {(gift: object) => void} options.onWaiting a guardian is asked
   * @param {() => void} options.onFull
   */
  constructor({ fanfare, gifts, ...options }) {
    this.#fanfare = fanfare;
    this.#gifts = gifts;
    this.#options = options;
    fanfare.addEventListener("answer", ({ detail }) => this.#takeAnswer(detail));
    setInterval(() => this.#endCombo(), LOOK_EVERY_MS);
  }

  /** Coins that may still be spent. */
  get spendable() {
    return spendable(this.#fanfare.state.balance, this.#sendingCoins());
  }

  /** Gifts on their way, save those that wait for a guardian: quantities by gift. @returns {Map<string, number>} */
  get sending() {
    const sums = new Map();
    for (const { gift, quantity } of this.#fanfare.unanswered.filter(({ state }) => state !== "waiting")) sums.set(gift, (sums.get(gift) ?? 0) + quantity);
    return sums;
  }

  /** What the combo button shows. @returns {import("../core/combo.js").Shown|null} */
  get combo() {
    return this.#combo.shown;
  }

  /** Whether the fate of any gift is unknown because the line broke after it was sent. */
  get unknown() {
    return this.#fanfare.unanswered.some(({ state }) => state === "unknown");
  }

  /**
   * Takes a tap.
   * @param {object} gift
   * @param {{quantity?: number, words?: string}} [more] how many of it, and what is said with them
   * @returns {boolean} false when nothing will be sent for it
   */
  tap(gift, { quantity = 1, words } = {}) {
    if (!this.#fanfare.state.user || missingCoins(gift.price_coins * quantity, this.spendable)) return false;
    const nowMs = performance.now();
    if (!this.#taps.tap(gift, nowMs, { quantity, words })) return false;
    if (gift.streakable) this.#combo.tap(gift, quantity, nowMs);
    this.#armTaps();
    this.#options.onChange();
    return true;
  }

  #sendingCoins() {
    const tapped = [...this.#gifts.values()].reduce((sum, gift) => sum + this.#taps.waiting(gift.id) * gift.price_coins, 0);
    return this.#fanfare.unanswered.reduce((sum, { coins }) => sum + coins, tapped);
  }

  #armTaps() {
    const nextMs = this.#taps.nextMs;
    if (nextMs === null) return;
    clearTimeout(this.#tapTimer);
    this.#tapTimer = setTimeout(() => this.#sendTaps(), Math.max(0, nextMs - performance.now()));
  }

  #sendTaps() {
    const nowMs = performance.now();
    for (const { gift, quantity, words: message } of this.#taps.takeDue(nowMs)) {
      // What becomes of it is told as `answer`, as it is of gifts from before a reload. Refused here: too many wait.
      this.#fanfare.sendGift(gift, { quantity, message }).catch(({ slug }) => slug === "overloaded" && this.#options.onFull());
    }
    this.#options.onChange();
    // A timer may fire a hair early and find nothing due yet: what still waits must not wait for another tap.
    this.#armTaps();
  }

  #takeAnswer({ state, gift: command, reply }) {
    const gift = this.#giftOf(command);
    if (state === "accepted" && reply.streak) {
      this.#combo.accepted(gift, reply.streak.count, performance.now());
    } else if (state === "waiting") {
      this.#options.onWaiting(gift);
    } else if (state === "refused") {
      this.#combo.refused(gift);
      this.#options.onRefused(gift, reply);
    }
    this.#options.onChange();
  }

  /** What was kept from an earlier visit may be a gift that is no longer in the catalogue. */
  #giftOf({ gift }) {
    return this.#gifts.get(gift) ?? { id: gift, name: gift };
  }

  #endCombo() {
    if (this.#combo.end(performance.now(), (gift) => this.sending.has(gift.id))) this.#options.onChange();
  }
}
