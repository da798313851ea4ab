// The flash governor: a pure count of flashes over everything on screen. WCAG 2.3.1 allows at most three
// in any one second, since more can cause seizures. Whoever wants to brighten the whole picture asks here
// first, and draws no flash when the answer is no.

/** How many flashes any one second may hold. */
export const FLASHES_MAX = 3;
const WINDOW_MS = 1000;

export class FlashGovernor {
  #timesMs = [];

  /**
   * Asks for one flash at this moment; a yes is counted.
   * @param {number} nowMs a clock that does not run backwards
   * @returns {boolean}
   */
  allow(nowMs) {
    // The window is closed at both ends: four flashes exactly one second apart from first to last are refused.
    this.#timesMs = this.#timesMs.filter((timeMs) => nowMs - timeMs <= WINDOW_MS);
    if (this.#timesMs.length >= FLASHES_MAX) return false;
    this.#timesMs.push(nowMs);
    return true;
  }
}
