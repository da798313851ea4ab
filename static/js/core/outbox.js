/**
 * Gifts on their way. An id is kept in storage before its command leaves, and until there is an answer:
 * after a broken line or a reload the same command goes out with the same id, so nobody pays twice.
 * Pure apart from the storage that is passed in (sessionStorage, or anything with its three methods).
 */

/** More than this many gifts without an answer means that something is wrong: refuse the next one. */
const OUTBOX_MAX = 100;

/** No answer for this long: send it again. The id makes that harmless. */
const ANSWER_MS = 10_000;

/** What waits for a guardian is asked for anew after so long. */
const WAITS_MS = 60_000;

/**
 * One gift on its way.
 * @typedef {object} Entry
 * @property {object} command as it goes over the wire
 * @property {"sending"|"unknown"|"waiting"} state unknown: the line broke after it was sent; waiting: a guardian is asked
 * @property {number} attempts how often it was sent
 * @property {number} againMs when it is to be sent (again)
 */

/** The commands that have no answer yet. */
export class Outbox {
  #storage;
  #entries;

  /**
   * @param {Storage} storage
   * @param {string} key one for each person and room: nobody sends what another person tapped
   */
  constructor(storage, key) {
    this.#storage = storage;
    /** Where they are kept. */
    this.key = key;
    this.#entries = new Map(read(storage, key).map((entry) => [entry.command.id, entry]));
  }

  /** Those without an answer, oldest first. @returns {Entry[]} */
  get entries() {
    return [...this.#entries.values()];
  }

  /**
   * Keeps a command. Only when this says true may it be sent.
   * @param {object} command with an `id`
   * @param {number} coins what it will cost, for what the tray shows as "sending"
   * @param {number} nowMs
   * @returns {boolean} false when too many wait, or when they cannot be kept
   */
  add(command, coins, nowMs) {
    if (this.#entries.size >= OUTBOX_MAX) return false;
    this.#entries.set(command.id, { command, coins, state: "sending", attempts: 0, againMs: nowMs });
    if (this.#save()) return true;
    this.#entries.delete(command.id);
    return false;
  }

  /**
   * The commands to send now: new ones, and those whose time has come again.
   * @param {number} nowMs
   * @returns {object[]} oldest first
   */
  takeDue(nowMs) {
    const due = this.entries.filter((entry) => entry.againMs <= nowMs);
    for (const entry of due) {
      if (entry.state !== "waiting") entry.state = "sending";
      entry.attempts += 1;
      entry.againMs = nowMs + ANSWER_MS;
    }
    if (due.length) this.#save();
    return due.map((entry) => entry.command);
  }

  /** The line broke: what was sent may or may not have arrived; all of it is due at once on the next line. */
  lineBroke() {
    for (const entry of this.#entries.values()) {
      if (entry.attempts && entry.state !== "waiting") entry.state = "unknown";
      entry.againMs = 0;
    }
    this.#save();
  }

  /**
   * Takes gift_accepted or error.
   * @param {object} reply
   * @param {number} nowMs
   * @returns {{state: "accepted"|"refused"|"sending"|"unknown"|"waiting", entry: Entry}|null} null when it is not ours
   */
  answer(reply, nowMs) {
    const entry = this.#entries.get(reply.id);
    if (!entry) return null;
    if (reply.type === "error" && reply.retryable) {
      entry.state = reply.error === "unknown_outcome" ? "unknown" : "sending";
      entry.againMs = nowMs + Math.max(reply.details?.retry_ms ?? 0, pause(entry.attempts));
      this.#save();
      return { state: entry.state, entry };
    }
    if (reply.type === "error" && reply.error === "approval_needed" && reply.details?.approval) {
      // It goes, or is refused, once the guardian has decided; it asks now and then, should nobody come to tell.
      const isNews = entry.state !== "waiting";
      entry.state = "waiting";
      entry.againMs = nowMs + WAITS_MS;
      this.#save();
      return isNews ? { state: "waiting", entry } : null;
    }
    if (reply.type === "error" && reply.error === "id_expired" && entry.attempts > 1) {
      // An earlier sending may have been accepted and its answer lost: only the server's books can tell.
      entry.state = "unknown";
      entry.againMs = Infinity;
      return { state: "unknown", entry };
    }
    this.#entries.delete(reply.id);
    this.#save();
    return { state: reply.type === "error" ? "refused" : "accepted", entry };
  }

  /** Its guardian has decided, or has not in time: the same command goes out once more, and is answered for good. */
  decided(id) {
    const entry = this.#entries.get(id);
    if (entry) entry.againMs = 0;
  }

  /** Forgets a command whose fate was learnt in another way. */
  forget(id) {
    this.#entries.delete(id);
    this.#save();
  }

  /** Whether a command has no answer yet. */
  has(id) {
    return this.#entries.has(id);
  }

  #save() {
    try {
      this.#storage.setItem(this.key, JSON.stringify(this.entries));
      return true;
    } catch {
      return false;
    }
  }
}

function read(storage, key) {
  try {
    const entries = JSON.parse(storage.getItem(key) ?? "[]");
    // A reload is a broken line too: every one is due at once.
    return entries.map((entry) => ({ ...entry, state: entry.attempts ? "unknown" : "sending", againMs: 0 }));
  } catch {
    return [];
  }
}

function pause(attempts) {
  return Math.min(250 * 2 ** Math.min(attempts, 6), ANSWER_MS);
}
