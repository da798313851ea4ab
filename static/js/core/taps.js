/**
 * Taps on one gift within a short window become one send_gift with their number.
 * Pure: the time is passed in; the caller asks for what is due.
 */

export const JOIN_MS = 150;
export const QUANTITY_MAX = 999;

/** A gift that cannot streak comes one by one: a second tap this soon is a slip of the finger. */
export const SLIP_MS = 600;

/** The taps that have not been sent yet. */
export class Taps {
  #open = new Map();
  #single = new Map();

  /**
   * Takes one tap.
   * @param {{id: string, streakable: boolean}} gift
   * @param {number} nowMs
   * @returns {boolean} false when the tap was taken for a slip
   */
  tap(gift, nowMs) {
    if (!gift.streakable) {
      if (nowMs - (this.#single.get(gift.id) ?? -Infinity) < SLIP_MS) return false;
      this.#single.set(gift.id, nowMs);
    }
    const open = this.#open.get(gift.id);
    if (open && open.quantity < QUANTITY_MAX) {
      open.quantity += 1;
    } else if (open) {
      return false;
    } else {
      // The window counts from the first tap: fast fingers must not hold their own gifts back.
      this.#open.set(gift.id, { quantity: 1, dueMs: gift.streakable ? nowMs + JOIN_MS : nowMs });
    }
    return true;
  }

  /**
   * What is to be sent now; it is forgotten here.
   * @param {number} nowMs
   * @returns {{gift: string, quantity: number}[]}
   */
  takeDue(nowMs) {
    const due = [];
    for (const [gift, open] of this.#open) {
      if (open.dueMs > nowMs && open.quantity < QUANTITY_MAX) continue;
      this.#open.delete(gift);
      due.push({ gift, quantity: open.quantity });
    }
    return due;
  }

  /** Taps on a gift that have not been handed over yet. */
  waiting(gift) {
    return this.#open.get(gift)?.quantity ?? 0;
  }

  /** When to ask again, or null when nothing waits. */
  get nextMs() {
    const times = Array.from(this.#open.values(), (open) => open.dueMs);
    return times.length ? Math.min(...times) : null;
  }
}
