/**
 * A viewer's gifts, from the tap to the server's answer: taps are joined, kept in the outbox, sent, and sent
 * again until there is an answer. Nothing here counts as done before the server has said so.
 */

import { Combo } from "../core/combo.js";
import { Outbox } from "../core/outbox.js";
import { Taps } from "../core/taps.js";
import { spendable, missingCoins } from "../core/tray_model.js";
import { createUuid7 } from "../core/uuid7.js";
import { fetchGiftSend } from "./api.js";

const LOOK_EVERY_MS = 250;
const BOOKS_EVERY_MS = 5000;

/** What one viewer sends in one room. */
export class Gifting {
  #session;
  #gifts;
  #options;
  #taps = new Taps();
  #combo = new Combo();
  #outbox = null;
  #nextId = createUuid7((bytes) => crypto.getRandomValues(bytes));
  #tapTimer = null;
  #booksMs = 0;

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
    for (const { command } of this.#outbox?.entries ?? []) {
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
    return this.#outbox?.entries.some((entry) => entry.state === "unknown") ?? false;
  }

  /**
   * Takes a tap.
   * @param {object} gift
   * @param {{quantity?: number, words?: string}} [more] how many of it, and what is said with them
   * @returns {boolean} false when nothing will be sent for it
   */
  tap(gift, { quantity = 1, words } = {}) {
    if (!this.#outbox || missingCoins(gift.price_coins * quantity, this.spendable)) return false;
    const nowMs = performance.now();
    if (!this.#taps.tap(gift, nowMs, { quantity, words })) return false;
    if (gift.streakable) this.#combo.tap(gift, quantity, nowMs);
    this.#armTaps();
    this.#options.onChange();
    return true;
  }

  /** Looks through a server frame for answers. */
  receive(messages) {
    for (const message of messages) {
      if (message.type === "welcome") this.#settleIn(message);
      else if (message.type === "gift_accepted" || message.type === "error") this.#takeAnswer(message);
    }
  }

  /** The line opened or broke. */
  lineChanged({ state }) {
    if (state === "open") this.#flush();
    else if (state === "waiting") this.#outbox?.lineBroke();
  }

  #settleIn({ user, room }) {
    // One outbox for each person and room; another person's gifts stay where they are.
    const key = `fanfare.outbox.${room.id}.${user.id}`;
    if (this.#outbox?.key !== key) this.#outbox = new Outbox(sessionStorage, key);
  }

  #sendingCoins() {
    const tapped = [...this.#gifts.values()].reduce((sum, gift) => sum + this.#taps.waiting(gift.id) * gift.price_coins, 0);
    return (this.#outbox?.coins ?? 0) + tapped;
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
      if (!this.#outbox.add(command, coins, nowMs)) this.#options.onFull();
    }
    this.#flush();
    this.#options.onChange();
    // A timer may fire a hair early and find nothing due yet: what still waits must not wait for another tap.
    this.#armTaps();
  }

  #flush() {
    if (!this.#outbox || !this.#session.connection.isOpen) return;
    for (const command of this.#outbox.takeDue(performance.now())) this.#session.connection.send(command);
  }

  #takeAnswer(reply) {
    const answer = this.#outbox?.answer(reply, performance.now());
    if (!answer) return;
    const gift = this.#giftOf(answer.entry.command);
    if (answer.state === "accepted" && reply.streak) {
      this.#combo.accepted(gift, reply.streak.count, performance.now());
    } else if (answer.state === "refused") {
      this.#combo.refused(gift);
      this.#options.onRefused(gift, reply);
    }
  }

  /** What was kept from an earlier visit may be a gift that is no longer in the catalogue. */
  #giftOf({ gift }) {
    return this.#gifts.get(gift) ?? { id: gift, name: gift };
  }

  #look() {
    this.#flush();
    this.#askTheBooks();
    if (this.#combo.end(performance.now(), (gift) => this.sending.has(gift.id))) this.#options.onChange();
  }

  /** For ids that are too old to be sent again: what became of them stands in the server's books for ever. */
  async #askTheBooks() {
    const nowMs = performance.now();
    const lost = (this.#outbox?.entries ?? []).filter((entry) => entry.againMs === Infinity);
    if (!lost.length || nowMs - this.#booksMs < BOOKS_EVERY_MS) return;
    this.#booksMs = nowMs;
    for (const { command } of lost) {
      const found = await fetchGiftSend(command.id, this.#options.token()).catch(() => ({ status: "pending" }));
      if (found.status === "pending") continue;
      this.#outbox.forget(command.id);
      if (found.status !== "applied") this.#options.onRefused(this.#giftOf(command), { message: found.message ?? "" });
      this.#options.onChange();
    }
  }
}
