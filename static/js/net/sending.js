/**
 * Gifts on their way to the server: kept, sent, and sent again with the same id until there is an answer.
 * Nothing here counts as done before the server has said so.
 */

import { Outbox } from "../core/outbox.js";

const BOOKS_EVERY_MS = 5000;

/** What became of a gift. @typedef {{state: string, entry: object, reply: object}} Answer */

/** One person's gifts in one room. */
export class Sending {
  #options;
  #outbox = null;
  #booksMs = 0;

  /**
   * @param {object} options
   * @param {import("./connection.js").Connection} options.connection
   * @param {(id: string) => Promise<{status: string, message?: string}>} options.fate asks the server's books what
   *   became of a gift whose id is too old to be sent again
   * @param {(answer: Answer) => void} options.onAnswer state: accepted, refused, sending, waiting or unknown
   * @param {Storage} [options.storage] where they are kept; a tab's own by default
   */
  constructor(options) {
    this.#options = { storage: sessionStorage, ...options };
  }

  /** Those without an answer, oldest first. */
  get entries() {
    return this.#outbox?.entries ?? [];
  }

  /** Whether a command has no answer yet. */
  has(id) {
    return this.#outbox?.has(id) ?? false;
  }

  /** Whether it is known who sends: nothing can be kept before. */
  get isReady() {
    return this.#outbox !== null;
  }

  /**
   * Keeps a command and sends it as soon as the line is open.
   * @param {object} command with an `id`
   * @param {number} coins what it will cost
   * @returns {boolean} false when too many wait, or when it cannot be kept: it will not be sent
   */
  add(command, coins) {
    const kept = this.#outbox?.add(command, coins, performance.now()) ?? false;
    if (kept) this.flush();
    return kept;
  }

  /** Sends what is due, if the line is open. To be called several times a second. */
  flush() {
    const { connection } = this.#options;
    if (this.#outbox && connection.isOpen) {
      for (const command of this.#outbox.takeDue(performance.now())) connection.send(command);
    }
    this.#askTheBooks();
  }

  /** Looks through a server frame for answers. */
  receive(messages) {
    for (const message of messages) {
      if (message.type === "welcome") this.#settleIn(message);
      else if (message.type === "approval_decided") this.#decided(message.id);
      else if (message.type === "gift_accepted" || message.type === "error") this.#takeAnswer(message);
    }
  }

  /** The line opened or broke. */
  lineChanged({ state }) {
    if (state === "open") this.flush();
    else if (state === "waiting") this.#outbox?.lineBroke();
  }

  #settleIn({ user, room }) {
    // One outbox for each person and room; another person's gifts stay where they are.
    const key = `fanfare.outbox.${room.id}.${user.id}`;
    if (this.#outbox?.key !== key) this.#outbox = new Outbox(this.#options.storage, key);
  }

  /** An approval's id is `<the ward>:<the gift's id>`. */
  #decided(approval) {
    this.#outbox?.decided(approval.split(":")[1]);
    this.flush();
  }

  #takeAnswer(reply) {
    const answer = this.#outbox?.answer(reply, performance.now());
    if (answer) this.#options.onAnswer({ ...answer, reply });
  }

  /** For ids that are too old to be sent again: what became of them stands in the server's books for ever. */
  async #askTheBooks() {
    const nowMs = performance.now();
    const lost = this.entries.filter((entry) => entry.againMs === Infinity);
    if (!lost.length || nowMs - this.#booksMs < BOOKS_EVERY_MS) return;
    this.#booksMs = nowMs;
    for (const entry of lost) {
      const found = await this.#options.fate(entry.command.id).catch(() => ({ status: "pending" }));
      if (found.status === "pending") continue;
      this.#outbox.forget(entry.command.id);
      this.#options.onAnswer(found.status === "applied"
        ? { state: "accepted", entry, reply: acceptedLate(entry.command, found) }
        : { state: "refused", entry, reply: refusedLate(entry.command, found) });
    }
  }
}

/** What the books say of a gift, as it would have been answered. */
function acceptedLate({ id, gift, quantity }, { coins, diamonds, balance, n, streak = null }) {
  return { type: "gift_accepted", id, gift, quantity, coins, diamonds, balance, n, streak, duplicate: true };
}

function refusedLate({ id }, { error = "id_expired", details = {} }) {
  return { type: "error", id, error, message: "", retryable: false, details };
}
