/**
 * The one full-screen lane: the dearest first, then the oldest; nothing that plays is cut. A scene that waited
 * 20 s is handed back, to be shown as a ribbon. Pure: the time is passed in.
 */

export const WAIT_MAX_MS = 20_000;
const WAITING_MAX = 30;

/** Scenes and banners that wait, and the one that plays. */
export class SceneLane {
  current = null;
  finished = { gifts: 0 };
  #waiting = new Map();

  /**
   * Takes an alert; the same sender and gift joins the one that waits.
   * @returns {object|null} the cheapest alert, when too many wait
   */
  push(alert, nowMs) {
    const waiting = this.#waiting.get(alert.personKey);
    if (waiting) {
      waiting.quantity += alert.quantity;
      waiting.coins += alert.coins;
      waiting.count = Math.max(waiting.quantity, alert.count);
      return null;
    }
    this.#waiting.set(alert.personKey, { ...alert, sinceMs: nowMs });
    return this.#waiting.size > WAITING_MAX ? this.#remove(this.#inOrder().at(-1)) : null;
  }

  /** The alerts that have waited too long; they are no longer the lane's. */
  takeStale(nowMs) {
    const stale = [...this.#waiting.values()].filter((alert) => nowMs - alert.sinceMs >= WAIT_MAX_MS);
    return stale.map((alert) => this.#remove(alert));
  }

  /** The alert to play now, or null while one plays or none waits. */
  takeNext() {
    if (this.current || !this.#waiting.size) return null;
    this.current = this.#remove(this.#inOrder()[0]);
    return this.current;
  }

  /** The one that played is over. */
  end() {
    if (this.current) this.finished.gifts += this.current.quantity;
    this.current = null;
  }

  /** How many wait. */
  get waiting() {
    return this.#waiting.size;
  }

  /** Gifts in what waits or plays. */
  get gifts() {
    const waiting = [...this.#waiting.values()].reduce((sum, alert) => sum + alert.quantity, 0);
    return waiting + (this.current?.quantity ?? 0);
  }

  #inOrder() {
    const byPriceThenAge = (a, b) => b.gift.price_coins - a.gift.price_coins || a.sinceMs - b.sinceMs;
    return [...this.#waiting.values()].sort(byPriceThenAge);
  }

  #remove(alert) {
    this.#waiting.delete(alert.personKey);
    return alert;
  }
}
