/** A viewer's gifts, from the tap to the server's answer: taps are joined, and sent as one gift. */

import { Combo } from "../core/combo.js";
import { Taps } from "../core/taps.js";
import { spendable, missingCoins } from "../core/tray_model.js";
import { createUuid7 } from "../core/uuid7.js";
import { fetchGiftSend } from "./api.js";
import { Sending } from "./sending.js";

const LOOK_EVERY_MS = 250;

/** What one viewer sends in one room. */
export class Gifting {
  #session;
  #gifts;
  #options;
  #taps = new Taps();
  #combo = new Combo();
  #sending;
  #nextId = createUuid7((bytes) => crypto.getRandomValues(bytes));
  #tapTimer = null;

  /**
   * @param {object} options
   * @param {import("./session.js").RoomSession} options.session
   * @param {Map<string, object>} options.gifts
   * @param {() => string} options.token
   * @param {() => void} options.onChange something shown has changed
   * @param {(gift: object, reply: {message: string}) => void} options.onRefused
   * @param {() => void} options.onFull
   */
  constructor({ session, gifts, ...options }) {
    this.#session = session;
    this.#gifts = gifts;
    this.#options = options;
    this.#sending = new Sending({
      connection: () => session.connection,
      fate: (id) => fetchGiftSend(id, options.token()),
      onAnswer: (answer) => this.#takeAnswer(answer),
    });
    setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** An id for any command, on the server's clock. */
  nextId() {
    return this.#nextId(this.#session.connection.serverMs);
  }

  /** Coins that may still be spent. */
  get spendable() {
    return spendable(this.#session.state.balance, this.#sendingCoins());
  }

  /** Gifts on their way: quantities by gift. @returns {Map<string, number>} */
  get sending() {
    const sums = new Map();
    for (const { command } of this.#sending.entries) {
      sums.set(command.gift, (sums.get(command.gift) ?? 0) + command.quantity);
    }
    return sums;
  }

  /** What the combo button shows. @returns {import("../core/combo.js").Shown|null} */
  get combo() {
    return this.#combo.shown;
  }

  /** Whether the fate of any gift is unknown because the line broke after it was sent. */
  get unknown() {
    return this.#sending.entries.some((entry) => entry.state === "unknown");
  }

  /**
   * Takes a tap.
   * @param {object} gift
   * @param {{quantity?: number, words?: string}} [more] how many of it, and what is said with them
   * @returns {boolean} false when nothing will be sent for it
   */
  tap(gift, { quantity = 1, words } = {}) {
    if (!this.#sending.isReady || missingCoins(gift.price_coins * quantity, this.spendable)) return false;
    const nowMs = performance.now();
    if (!this.#taps.tap(gift, nowMs, { quantity, words })) return false;
    if (gift.streakable) this.#combo.tap(gift, quantity, nowMs);
    this.#armTaps();
    this.#options.onChange();
    return true;
  }

  /** Looks through a server frame for answers. */
  receive(messages) {
    this.#sending.receive(messages);
  }

  /** The line opened or broke. */
  lineChanged(status) {
    this.#sending.lineChanged(status);
  }

  #sendingCoins() {
    const tapped = [...this.#gifts.values()].reduce((sum, gift) => sum + this.#taps.waiting(gift.id) * gift.price_coins, 0);
    return this.#sending.coins + tapped;
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
      const command = { type: "send_gift", id: this.nextId(), gift, quantity, message };
      const coins = quantity * this.#gifts.get(gift).price_coins;
      if (!this.#sending.add(command, coins)) this.#options.onFull();
    }
    this.#options.onChange();
    // A timer may fire a hair early and find nothing due yet: what still waits must not wait for another tap.
    this.#armTaps();
  }

  #takeAnswer({ state, entry, reply }) {
    const gift = this.#giftOf(entry.command);
    if (state === "accepted" && reply.streak) {
      this.#combo.accepted(gift, reply.streak.count, performance.now());
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

  #look() {
    this.#sending.flush();
    if (this.#combo.end(performance.now(), (gift) => this.sending.has(gift.id))) this.#options.onChange();
  }
}
