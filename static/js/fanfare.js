/**
 * Fanfare's client for web pages: joins a room, stays in it, sends gifts that are paid once, and tells what happens.
 * Our own pages use it, and other sites import it as one file, /static/fanfare.js; a page of another origin has to be
 * named in FANFARE_ORIGINS. Types: fanfare.d.ts. Example: /embed.
 *
 *     import { Fanfare } from "https://gifts.example/static/fanfare.js";
 *     const room = new Fanfare({ server: "https://gifts.example", room: "r1", token, renew: fetchNewToken });
 *     room.addEventListener("gift_sent", ({ detail }) => play(detail));
 *     room.connect();
 *     await room.sendGift("rose", { quantity: 3 });
 */

import { applyFrame, emptyState, placeOn, resumeOf } from "./core/room_state.js";
import { createUuid7 } from "./core/uuid7.js";
import { Connection, FINAL_FROM } from "./net/connection.js";
import { FanfareError as Refused, request } from "./net/http.js";
import { Sending } from "./net/sending.js";

const LOOK_EVERY_MS = 250;

/** What has to be waited for longer than this is given up. */
const PATIENCE_MS = 30_000;

const WHY = { 4502: "unauthorized", 4503: "forbidden", 4504: "room_not_found", 4505: "rate_limited" };

/** A refusal of the server: `slug` names it for programs, `message` says it for people. */
export const FanfareError = Refused;

const noLine = () => new FanfareError({ error: "unavailable", message: "There is no line to the room.", retryable: true });
const ended = (code) => new FanfareError({ error: WHY[code] ?? "bad_request", message: "The server has closed the line for good.", retryable: false });
const unknown = () => new FanfareError({ error: "unknown_outcome", message: "The line went before there was an answer.", retryable: true });

/** One room and one person in it. Events: each of the server's by its type, and `change`, `status`, `answer`. */
export class Fanfare extends EventTarget {
  #access;
  #state = emptyState();
  #status = { state: "stopped" };
  #connection;
  #sending;
  #catalogue = null;
  #prices = null;
  #asked = new Map();
  #timer = null;
  #newUuid7 = createUuid7((bytes) => crypto.getRandomValues(bytes));

  /**
   * @param {object} options
   * @param {string} options.room the room's id
   * @param {string} options.token who it is: a JWT that the platform's backend has signed
   * @param {() => Promise<string|null>} [options.renew] a new token when the old one has run out
   * @param {string} [options.server] the server's address; the page's own origin by default
   * @param {Storage} [options.storage] where gifts are kept until they are answered; sessionStorage by default
   * @param {object[]} [options.gifts] the catalogue, where the page has it already
   * @param {{widget: string, program: string}} [options.source] what an overlay says of itself
   */
  constructor({ room, token, renew, gifts, source, server = location.origin, storage = sessionStorage }) {
    super();
    this.#access = { token, server: server.replace(/\/$/, "") };
    this.#connection = new Connection({
      url: `${this.#access.server.replace(/^http/, "ws")}/ws/${encodeURIComponent(room)}`,
      token,
      source,
      ...(renew && { renew: async () => this.#renewed(await renew()) }),
      resume: () => resumeOf(this.#state),
      onFrame: (messages) => this.#receive(messages),
      onStatus: (status) => this.#lineChanged(status),
    });
    this.#sending = new Sending({
      connection: this.#connection,
      fate: (id) => this.#get(`/v1/gift-sends/${encodeURIComponent(id)}`),
      onAnswer: (answer) => this.#answered(answer),
      storage,
    });
    if (gifts) this.#keepGifts(gifts);
  }

  /** What is known of the room: see `State` in fanfare.d.ts. */
  get state() {
    return this.#state;
  }

  /** How the line is: {state: connecting | open | waiting | stopped, code?}. */
  get status() {
    return this.#status;
  }

  /** The server's clock now. */
  get serverMs() {
    return this.#connection.serverMs;
  }

  /** The coins in the wallet; null before the welcome, and for somebody who has none. */
  get coins() {
    return this.#state.balance?.coins ?? null;
  }

  /** Gifts that have no answer yet, those of an earlier visit to this tab among them. */
  get unanswered() {
    return this.#sending.entries.map(({ command, coins, state }) => ({ ...command, coins, state }));
  }

  /** A person's place among the room's top gifters, from 1; 0 for none. */
  placeOf(id) {
    return placeOn(this.#state.leaderboard, id);
  }

  /** An id for anything that is to be done once: a UUIDv7 by the server's clock. */
  newId() {
    return this.#newUuid7(this.serverMs);
  }

  /** Joins the room, and comes back by itself whenever the line breaks. */
  connect() {
    if (this.#timer !== null) return;
    this.#watch();
    this.#connection.start();
  }

  /** Goes on as somebody else, on another line. */
  become(token) {
    this.#access.token = token;
    this.#forsake();
    this.#watch();
    this.#connection.become(token);
  }

  /** Leaves the room. Gifts without an answer are kept, and sent when somebody connects here again. */
  close() {
    this.#rest();
    this.#connection.stop();
  }

  /** What can be given: [{id, name, price_coins, tier, streakable, ...}]. */
  gifts() {
    this.#catalogue ??= this.#get("/v1/gifts").then(({ gifts }) => this.#keepGifts(gifts));
    this.#catalogue.catch(() => { this.#catalogue = null; });
    return this.#catalogue;
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
   * Sends a gift, which is paid once however often the line breaks; it may take as long as that does. Where the room
   * has been joined before, it is kept in the storage before this returns.
   * @param {string} gift the gift's id
   * @param {{quantity?: number, receiver?: string, message?: string, anonymous?: boolean}} [more]
   * @returns {Promise<object>} the server's gift_accepted
   * @throws {FanfareError} it was refused, and nothing was spent; save for `unknown_outcome`: see `unanswered`
   */
  sendGift(gift, { quantity = 1, ...more } = {}) {
    const send = () => this.#send({ type: "send_gift", id: this.newId(), gift, quantity, ...more });
    if (this.#isOver) return Promise.reject(this.#noLine());
    if (this.#prices && this.#sending.isReady) return send();
    return Promise.all([this.gifts(), this.#ready()]).then(send);
  }

  /**
   * Says something in the room. A comment that the line has lost is not sent again.
   * @param {string} text
   * @returns {Promise<object>} the comment_posted that the room sees
   * @throws {FanfareError} it was refused, or the line is not open
   */
  comment(text) {
    const id = this.newId();
    if (!this.#connection.send({ type: "send_comment", id, text })) return Promise.reject(this.#noLine());
    setTimeout(() => this.#settle(id, null, unknown()), PATIENCE_MS);
    return this.#answerTo(id);
  }

  /** Looks for gifts that are due. */
  #watch() {
    this.#timer ??= setInterval(() => this.#sending.flush(), LOOK_EVERY_MS);
  }

  #rest() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Whether the server wants nobody back. */
  get #isOver() {
    return this.#status.state === "stopped" && this.#status.code >= FINAL_FROM;
  }

  #noLine() {
    return this.#isOver ? ended(this.#status.code) : noLine();
  }

  #send(command) {
    const price = this.#prices.get(command.gift) ?? 0;
    const answer = this.#answerTo(command.id);
    if (!this.#sending.add(command, price * command.quantity)) {
      this.#settle(command.id, null, new FanfareError({ error: "overloaded", message: "Too many gifts wait for an answer.", retryable: true }));
    }
    return answer;
  }

  #keepGifts(gifts) {
    this.#prices = new Map(gifts.map(({ id, price_coins: coins }) => [id, coins]));
    this.#catalogue = Promise.resolve(gifts);
    return gifts;
  }

  /** An id is made by the server's clock, and kept for the person: both are known from the welcome on. */
  #ready() {
    if (this.#sending.isReady) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(late);
        this.removeEventListener("status", look);
        if (this.#sending.isReady) resolve();
        else reject(this.#noLine());
      };
      const look = () => (this.#sending.isReady || this.#status.state === "stopped") && end();
      const late = setTimeout(end, PATIENCE_MS);
      this.addEventListener("status", look);
    });
  }

  #answerTo(id) {
    return new Promise((resolve, reject) => { this.#asked.set(id, { resolve, reject }); });
  }

  #settle(id, answer, error) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(error);
    else asked?.resolve(answer);
  }

  /** Nobody waits for answers any more that will not come on this line. */
  #forsake() {
    for (const id of this.#asked.keys()) this.#settle(id, null, unknown());
  }

  #receive(messages) {
    const { state, fresh } = applyFrame(this.#state, messages);
    this.#state = state;
    this.#sending.receive(messages);
    const seen = new Set(fresh);
    for (const message of messages) {
      this.#lookForComment(message);
      // Events that were seen before, or stand behind a gap, are not told: they come again, in order.
      if (!("offset" in message) || message.type === "welcome" || message.type === "resync" || seen.has(message)) {
        this.#tell(message.type, message);
      }
    }
    this.#tell("change", { state, fresh, messages });
    if (state.gap) this.#connection.reconnect();
  }

  /** A comment's answer is the comment as the room sees it, or a refusal. */
  #lookForComment({ type, id, ...reply }) {
    const own = `${this.#state.user?.id}:`;
    // A gift's refusal may be one that is only for now: the outbox knows.
    if (type === "error" && !this.#sending.has(id)) this.#settle(id, null, new FanfareError(reply));
    if (type === "comment_posted" && id.startsWith(own)) this.#settle(id.slice(own.length), { type, id, ...reply });
  }

  #answered({ state, entry, reply }) {
    this.#tell("answer", { state, gift: entry.command, reply });
    if (state === "accepted") this.#settle(entry.command.id, reply);
    if (state === "refused") this.#settle(entry.command.id, null, new FanfareError({ error: "refused", ...reply }));
  }

  #lineChanged(status) {
    this.#status = status;
    this.#sending.lineChanged(status);
    this.#tell("status", status);
    if (!this.#isOver) return;
    this.#rest();
    this.#forsake();
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #renewed(token) {
    this.#access.token = token ?? this.#access.token;
    return token;
  }

  #get(path) {
    return request(path, this.#access);
  }
}
