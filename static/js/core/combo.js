/** The streak that a viewer's combo button goes on with, and what it shows. Pure: the time is passed in. */

/** As long as the server keeps a streak open without another gift. */
export const STREAK_MS = 5000;

/**
 * What the button shows.
 * @typedef {object} Shown
 * @property {object} gift
 * @property {number} quantity how many one more tap sends
 * @property {number} count the streak's gifts by the server's word; 0 before its first
 * @property {number} beat grows with each tap and each answer: the time left begins anew
 */

/** The streak of the gift that was sent last. */
export class Combo {
  /** @type {Shown|null} */
  shown = null;
  #endMs = 0;

  /** So many of a gift were tapped. */
  tap(gift, quantity, nowMs) {
    const before = this.shown?.gift === gift ? this.shown : { gift, count: 0, beat: 0 };
    this.#beat({ ...before, quantity }, nowMs);
  }

  /** The server took a gift into a streak, which has so many now. */
  accepted(gift, count, nowMs) {
    if (this.shown?.gift === gift) this.#beat({ ...this.shown, count }, nowMs);
  }

  /** A gift was refused: where it was the streak's first, there is none. */
  refused(gift) {
    if (this.shown?.gift === gift && !this.shown.count) this.shown = null;
  }

  /**
   * Ends what had its time, but not while gifts of it are on their way.
   * @param {number} nowMs
   * @param {(gift: object) => boolean} isSending
   * @returns {boolean} whether it ended now
   */
  end(nowMs, isSending) {
    if (!this.shown || nowMs < this.#endMs || isSending(this.shown.gift)) return false;
    this.shown = null;
    return true;
  }

  #beat(shown, nowMs) {
    this.shown = { ...shown, beat: shown.beat + 1 };
    this.#endMs = nowMs + STREAK_MS;
  }
}
