// The flash governor: a pure count of flashes over everything on screen. WCAG 2.3.1 allows at most three
// in any one second, since more can cause seizures. Whoever wants to brighten the whole picture asks here
// first, and draws no flash when the answer is no.

/** How many flashes any one second may hold. */
export const FLASHES_MAX = 3;
const WINDOW_MS = 1000;

export class FlashGovernor {
  #times_ms = [];

  /**
   * Asks for one flash at this moment; a yes is counted.
   * @param {number} now_ms a clock that does not run backwards
   * @returns {boolean}
   */
  allow(now_ms) {
    // The window is closed at both ends: four flashes exactly one second apart from first to last are refused.
    this.#times_ms = this.#times_ms.filter((time_ms) => now_ms - time_ms <= WINDOW_MS);
    if (this.#times_ms.length >= FLASHES_MAX) return false;
    this.#times_ms.push(now_ms);
    return true;
  }
}
