/**
 * Taps on one gift within a short window become one send_gift with their number.
 * Pure: the time is passed in; the caller asks for what is due.
 */

const JOIN_MS = 150;
const QUANTITY_MAX = 999;

/** A gift that cannot streak comes one by one: a second tap this soon is a slip of the finger. */
const SLIP_MS = 600;

/**
 * A send that is still open.
 * @typedef {object} Send
 * @property {string} gift
 * @property {number} quantity
 * @property {string} [words] what is said with it
 */

/** The taps that have not been sent yet. */
export class Taps {
  #open = new Map();
  #single = new Map();

  /**
   * Takes one tap.
   * @param {{id: string, streakable: boolean}} gift
   * @param {number} nowMs
   * @param {{quantity?: number, words?: string}} [more] how many it stands for, at most QUANTITY_MAX
   * @returns {boolean} false when the tap was taken for a slip
   */
  tap(gift, nowMs, { quantity = 1, words } = {}) {
    if (!gift.streakable) {
      if (nowMs - (this.#single.get(gift.id) ?? -Infinity) < SLIP_MS) return false;
      this.#single.set(gift.id, nowMs);
    }
    const sends = this.#open.get(gift.id) ?? [];
    this.#open.set(gift.id, sends);
    const open = sends.at(-1);
    if (open && open.quantity + quantity <= QUANTITY_MAX && !(open.words && words)) {
      open.quantity += quantity;
      open.words ??= words;
    } else {
      // The window counts from the first tap: fast fingers must not hold their own gifts back.
      const dueMs = open?.dueMs ?? (gift.streakable ? nowMs + JOIN_MS : nowMs);
      sends.push({ quantity, words, dueMs });
    }
    return true;
  }

  /**
   * What is to be sent now; it is forgotten here.
   * @param {number} nowMs
   * @returns {Send[]}
   */
  takeDue(nowMs) {
    const due = [];
    for (const [gift, sends] of this.#open) {
      if (sends[0].dueMs > nowMs) continue;
      this.#open.delete(gift);
      due.push(...sends.map(({ quantity, words }) => ({ gift, quantity, ...(words && { words }) })));
    }
    return due;
  }

  /** Taps on a gift that have not been handed over yet. */
  waiting(gift) {
    return (this.#open.get(gift) ?? []).reduce((sum, send) => sum + send.quantity, 0);
  }

  /** When to ask again, or null when nothing waits. */
  get nextMs() {
    const times = Array.from(this.#open.values(), ([first]) => first.dueMs);
    return times.length ? Math.min(...times) : null;
  }
}
