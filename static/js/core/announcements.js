/**
 * What a screen reader is told of a busy room: one sentence in three seconds, not one for each gift.
 * Pure: the time is passed in.
 */

export const BATCH_MS = 3000;
/** The others are counted. */
const SAID_MAX = 2;

/** Gathers what happened until it is time to say it. */
export class Announcements {
  #text;
  #gifts = new Map();
  #comments = [];
  #lastMs = -Infinity;

  /** @param {(key: string, mentions: object) => string} text */
  constructor(text) {
    this.#text = text;
  }

  /** Takes a room event; gifts and comments count, all else does not. */
  add(event, giftName) {
    if (event.type === "gift_sent") {
      const person = event.sender.name ?? null;
      const key = `${person}|${event.gift}`;
      const known = this.#gifts.get(key) ?? { person, gift: giftName, quantity: 0 };
      known.quantity += event.quantity;
      this.#gifts.set(key, known);
    } else if (event.type === "comment_posted") {
      this.#comments.push({ person: event.sender.name, text: event.text });
    }
  }

  /** Whether there is anything to say. */
  get any() {
    return this.#gifts.size > 0 || this.#comments.length > 0;
  }

  /** The sentence to say now, or null. @param {number} nowMs */
  take(nowMs) {
    if (nowMs - this.#lastMs < BATCH_MS || !this.any) return null;
    this.#lastMs = nowMs;
    const parts = [];
    if (this.#gifts.size) parts.push(this.#saysGifts([...this.#gifts.values()]));
    if (this.#comments.length) parts.push(this.#text("says_comments", { ...this.#comments.at(-1), count: this.#comments.length - 1 }));
    this.#gifts.clear();
    this.#comments = [];
    return parts.join(" ");
  }

  #saysGifts(all) {
    const first = all.slice(0, SAID_MAX)
      .map(({ person, ...what }) => this.#text("says_gift", { person: person ?? this.#text("somebody"), ...what }));
    return this.#text("says_gifts", { gifts: first.join(this.#text("comma")), count: all.length - first.length });
  }
}
