/**
 * The WebSocket to a room: says hello, resumes where it was, comes back for ever. It knows nothing of gifts;
 * it hands over whole frames and keeps the server's clock.
 */

import { waitBefore } from "../core/backoff.js";

/** A line that has not said welcome after this long is left for another. */
const CONNECT_MS = 8000;

/** A line that says nothing for this long after a command, or for the heartbeat, is asked whether it lives. */
const ANSWER_MS = 2500;
const HEARTBEAT_DEFAULT_S = 25;

/** No word for this long after it was asked: it is dead. */
const PONG_MS = 5000;
const LOOK_EVERY_MS = 250;
const PING_TIMEOUT = 4003;
export const UNAUTHORIZED = 4502;

/** Close codes from here to 4999 say: do not come back. */
export const FINAL_FROM = 4500;

/** One lasting connection. */
export class Connection {
  #options;
  #socket = null;
  #attempt = 0;
  #timer = null;
  #watch = null;
  #lastHeardMs = 0;
  #heartbeatMs = HEARTBEAT_DEFAULT_S * 1000;
  #clockOffsetMs = 0;
  #sentMs = null;
  #askedMs = null;
  #returnMs = null;
  #renewed = false;
  #listening = null;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {string} options.token
   * @param {() => object|undefined} options.resume epoch and offset of what is certain
   * @param {(messages: object[]) => void} options.onFrame
   * @param {(status: {state: "connecting"|"open"|"waiting"|"stopped", code?: number}) => void} options.onStatus
   * @param {object} [options.source] what the page says of itself
   * @param {() => Promise<string|null>} [options.renew] a new token when the old one ran out
   * @param {typeof WebSocket} [options.Socket]
   */
  constructor(options) {
    this.#options = { renew: async () => null, Socket: WebSocket, ...options };
  }

  /** Connects, and from then on stays connected. */
  start() {
    this.#open();
  }

  /** For as long as there is a line, or to be one: whoever is done with it can be forgotten. */
  #listen() {
    const listening = new AbortController();
    const { signal } = listening;
    window.addEventListener("online", () => this.#comeBack(), { signal });
    window.addEventListener("offline", () => this.#socket && this.#drop({ code: PING_TIMEOUT }), { signal });
    // Whoever was away may come back to a line that died meanwhile: a sleeping device hears nothing of it.
    document.addEventListener("visibilitychange", () => document.hidden || this.#comeBack(), { signal });
    return listening;
  }

  /** Goes on as somebody else, on another line. */
  become(token) {
    this.#options.token = token;
    this.#socket?.close();
    this.#open();
  }

  /** The server's clock now. */
  get serverMs() {
    return Date.now() + this.#clockOffsetMs;
  }

  /**
   * Sends a command if the line is open.
   * @returns {boolean} false when it is not; whoever needs the command to arrive keeps it
   */
  send(command) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(command));
    this.#sentMs ??= performance.now();
    return true;
  }

  /** Whether the server has said welcome on this line. */
  get isOpen() {
    return this.#socket?.readyState === 1 && this.#socket.welcomed === true;
  }

  /** Ends it for good. */
  stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#listenNoMore();
    const socket = this.#socket;
    this.#socket = this.#timer = null;
    socket?.close();
    this.#options.onStatus({ state: "stopped", code: 1000 });
  }

  /** Leaves this line and comes back on another, with `resume`. */
  reconnect() {
    this.#drop({ code: 4002 });
  }

  #listenNoMore() {
    this.#listening?.abort();
    this.#listening = null;
  }

  #open() {
    this.#listening ??= this.#listen();
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#returnMs = null;
    this.#options.onStatus({ state: "connecting" });
    const socket = new this.#options.Socket(this.#options.url);
    this.#socket = socket;
    this.#heard();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#checkAlive(), LOOK_EVERY_MS);
    socket.onopen = () => {
      this.#heard();
      const { token, resume, source } = this.#options;
      socket.send(JSON.stringify({ type: "hello", token, resume: resume(), source }));
    };
    socket.onmessage = ({ data }) => socket === this.#socket && this.#receive(JSON.parse(data));
    socket.onclose = (closed) => socket === this.#socket && this.#drop(closed);
  }

  #receive(messages) {
    this.#heard();
    for (const message of messages) this.#look(message);
    this.#options.onFrame(messages);
    // Said after the frame was folded: who hears "open" may rely on knowing the room and the wallet.
    if (messages.some((message) => message.type === "welcome")) this.#options.onStatus({ state: "open" });
  }

  #look(message) {
    if (message.server_ms !== undefined) this.#clockOffsetMs = message.server_ms - Date.now();
    if (message.type === "welcome") {
      this.#attempt = 0;
      this.#renewed = false;
      this.#heartbeatMs = (message.heartbeat_s || HEARTBEAT_DEFAULT_S) * 1000;
      this.#socket.welcomed = true;
    } else if (message.type === "reconnect") {
      this.#leaveAfter(message.after_ms ?? 0);
    }
  }

  /** The server is about to go, and spreads the return of its viewers: its word beats our own dice. */
  #leaveAfter(afterMs) {
    const socket = this.#socket;
    this.#returnMs = performance.now() + afterMs;
    setTimeout(() => socket === this.#socket && this.reconnect(), afterMs);
  }

  #heard() {
    this.#lastHeardMs = performance.now();
    this.#sentMs = null;
    this.#askedMs = null;
  }

  #checkAlive() {
    const nowMs = performance.now();
    const [since, patienceMs] = this.isOpen ? [this.#askedMs, PONG_MS] : [this.#lastHeardMs, CONNECT_MS];
    if (since !== null && nowMs - since > patienceMs) this.#drop({ code: PING_TIMEOUT });
    else if (nowMs - (this.#sentMs ?? nowMs) >= ANSWER_MS || nowMs - this.#lastHeardMs > this.#heartbeatMs) this.#ask();
  }

  #ask() {
    if (this.#askedMs === null && this.send({ type: "ping" })) this.#askedMs = performance.now();
  }

  /** There is a network again, or a person who looks: no more waiting, and no trust in silence. */
  #comeBack() {
    if (this.#timer !== null) this.#open();
    else this.#ask();
  }

  #drop({ code }) {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#watch);
    if (socket && socket.readyState < 2) socket.close();
    if (code >= FINAL_FROM && code <= 4999) this.#stop(code);
    else this.#wait();
  }

  #wait() {
    const told = this.#returnMs === null ? null : Math.max(0, this.#returnMs - performance.now());
    const waitMs = told ?? waitBefore(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#options.onStatus({ state: "waiting" });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), waitMs);
  }

  async #stop(code) {
    // One renewal for each line that worked: a server that refuses a fresh token is not asked for ever.
    if (code === UNAUTHORIZED && !this.#renewed) {
      this.#renewed = true;
      this.#options.onStatus({ state: "waiting" });
      const token = await this.#options.renew().catch(() => null);
      if (token) {
        this.#options.token = token;
        this.#open();
        return;
      }
    }
    this.#listenNoMore();
    this.#options.onStatus({ state: "stopped", code });
  }
}
