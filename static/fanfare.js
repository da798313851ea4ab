/**
 * Fanfare's client for web pages: joins a room, stays in it, sends gifts that are paid once, and tells what happens.
 * A page of another origin has to be named in FANFARE_ORIGINS. Types: fanfare.d.ts. Example: /embed.
 *
 *     import { Fanfare } from "https://gifts.example/static/fanfare.js";
 *     const room = new Fanfare({ server: "https://gifts.example", room: "r1", token, renew: fetchNewToken });
 *     room.addEventListener("gift_sent", ({ detail }) => play(detail));
 *     room.connect();
 *     await room.sendGift("rose", { quantity: 3 });
 */

import { createUuid7 } from "./js/core/uuid7.js";
import { ApiError, request } from "./js/net/http.js";
import { Sending } from "./js/net/sending.js";
import { RoomSession } from "./js/net/session.js";

const LOOK_EVERY_MS = 250;
const READY_MS = 30_000;

/** A refusal of the server: `slug` names it for programs, `message` says it for people. */
export class FanfareError extends Error {
  /** @param {{error: string, message: string, retryable?: boolean, details?: object}} refusal */
  constructor({ error, message, retryable = false, details = {} }) {
    super(message);
    this.name = "FanfareError";
    this.slug = error;
    this.retryable = retryable;
    this.details = details;
  }
}

/** One room and one person in it. Events: each of the server's by its type, and `change`, `status`, `answer`. */
export class Fanfare extends EventTarget {
  #options;
  #session;
  #sending;
  #catalogue = null;
  #waiting = new Map();
  #timer = null;
  #status = { state: "stopped" };
  #nextId = createUuid7((bytes) => crypto.getRandomValues(bytes));

  /**
   * @param {object} options
   * @param {string} options.room the room's id
   * @param {string} options.token who it is: a JWT that the platform's backend has signed
   * @param {() => Promise<string|null>} [options.renew] a new token when the old one has run out
   * @param {string} [options.server] the server's address; the page's own origin by default
   * @param {Storage} [options.storage] where gifts are kept until they are answered; sessionStorage by default
   */
  constructor({ room, token, renew, server = location.origin, storage = sessionStorage }) {
    super();
    this.#options = { token, server: server.replace(/\/$/, "") };
    this.#session = new RoomSession({
      roomId: room,
      token,
      server: this.#options.server,
      renew: renew && (async () => this.#renewed(await renew())),
      onChange: (change) => this.#receive(change),
      onStatus: (status) => this.#lineChanged(status),
    });
    this.#sending = new Sending({
      connection: () => this.#session.connection,
      fate: (id) => this.#get(`/v1/gift-sends/${encodeURIComponent(id)}`),
      onAnswer: (answer) => this.#answered(answer),
      storage,
    });
  }

  /** What is known of the room: see `State` in fanfare.d.ts. */
  get state() {
    return this.#session.state;
  }

  /** How the line is: {state: connecting | open | waiting | stopped, code?}. */
  get status() {
    return this.#status;
  }

  /** The coins in the wallet; null before the welcome, and for somebody who has none. */
  get coins() {
    return this.state.balance?.coins ?? null;
  }

  /** Gifts that have no answer yet, those of an earlier visit to this tab among them. */
  get unanswered() {
    return this.#sending.entries.map(({ command, state }) => ({ ...command, state }));
  }

  /** Joins the room, and comes back by itself whenever the line breaks. */
  connect() {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#sending.flush(), LOOK_EVERY_MS);
    this.#session.start();
  }

  /** Leaves the room. Gifts without an answer are kept, and sent when somebody connects here again. */
  close() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#session.connection.stop();
  }

  /** What can be given: [{id, name, price_coins, tier, streakable, ...}]. */
  async gifts() {
    this.#catalogue ??= this.#get("/v1/gifts");
    return (await this.#catalogue).gifts;
  }

  /** What coins cost here, with the tax in it. */
  packages() {
    return this.#get("/v1/packages");
  }

  /** The wallet as the books have it. */
  wallet() {
    return this.#get("/v1/me/wallet");
  }

  /**
   * Sends a gift, which is paid once however often the line breaks; it may take as long as that does.
   * @param {string} gift the gift's id
   * @param {{quantity?: number, receiver?: string, message?: string, anonymous?: boolean}} [more]
   * @returns {Promise<object>} the server's gift_accepted
   * @throws {FanfareError} it was refused, and nothing was spent
   */
  async sendGift(gift, { quantity = 1, ...more } = {}) {
    const price = (await this.gifts()).find(({ id }) => id === gift)?.price_coins ?? 0;
    await this.#ready();
    const command = { type: "send_gift", id: this.#newId(), gift, quantity, ...more };
    return new Promise((resolve, reject) => {
      this.#waiting.set(command.id, { resolve, reject });
      if (this.#sending.add(command, price * quantity)) return;
      this.#waiting.delete(command.id);
      reject(new FanfareError({ error: "overloaded", message: "Too many gifts wait for an answer.", retryable: true }));
    });
  }

  /**
   * Says something in the room. A comment that the line has lost is not sent again.
   * @param {string} text
   * @throws {FanfareError} the line is not open
   */
  comment(text) {
    const sent = this.#session.connection.send({ type: "send_comment", id: this.#newId(), text });
    if (!sent) throw new FanfareError({ error: "unavailable", message: "The line is not open.", retryable: true });
  }

  #newId() {
    return this.#nextId(this.#session.connection.serverMs);
  }

  /** An id is made by the server's clock, and kept for the person: both are known from the welcome on. */
  #ready() {
    if (this.#sending.isReady) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new FanfareError({ error: "unavailable", message: "There is no line.", retryable: true })), READY_MS);
      this.addEventListener("welcome", () => resolve(clearTimeout(late)), { once: true });
    });
  }

  #receive({ state, fresh, messages }) {
    this.#sending.receive(messages);
    const seen = new Set(fresh);
    for (const message of messages) {
      // Events that were seen before, or stand behind a gap, are not told: they come again, in order.
      if (!("offset" in message) || message.type === "welcome" || message.type === "resync" || seen.has(message)) {
        this.#tell(message.type, message);
      }
    }
    this.#tell("change", state);
  }

  #answered({ state, entry, reply }) {
    this.#tell("answer", { state, gift: entry.command, reply });
    if (state !== "accepted" && state !== "refused") return;
    const waiting = this.#waiting.get(entry.command.id);
    this.#waiting.delete(entry.command.id);
    if (state === "accepted") waiting?.resolve(reply);
    else waiting?.reject(new FanfareError({ error: "refused", message: "", ...reply }));
  }

  #lineChanged(status) {
    this.#status = status;
    this.#sending?.lineChanged(status);
    this.#tell("status", status);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #renewed(token) {
    this.#options.token = token ?? this.#options.token;
    return token;
  }

  async #get(path) {
    try {
      return await request(path, this.#options);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      throw new FanfareError({ error: error.slug, message: error.message, retryable: !error.status, details: error.details });
    }
  }
}
