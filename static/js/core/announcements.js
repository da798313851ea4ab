/**
 * What a screen reader is told of a busy room: one sentence in three seconds, not one for each gift.
 * Pure: the time is passed in.
 */

export const BATCH_MS = 3000;

/** Gathers what happened until it is time to say it. */
export class Announcements {
  #say;
  #gifts = new Map();
  #comments = [];
  #lastMs = -Infinity;

  /** @param {{gifts: Function, comments: Function}} say turns what was gathered into words */
  constructor(say) {
    this.#say = say;
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
    if (this.#gifts.size) parts.push(this.#say.gifts([...this.#gifts.values()]));
    if (this.#comments.length) parts.push(this.#say.comments(this.#comments));
    this.#gifts.clear();
    this.#comments = [];
    return parts.join(" ");
  }
}
