/**
 * The one full-screen lane: the dearest first, then the oldest; nothing that plays is cut. Under load scenes get
 * shorter. One that waited 20 s all the same is handed back, to be shown as a ribbon; but the person's own is not:
 * it is the next then. Pure: the time is passed in.
 */

export const WAIT_MAX_MS = 20_000;
const WAITING_MAX = 30;

/** Shorter scenes under load: [more than this many wait, times as fast]. */
export const PACES = [
  [6, 1.6],
  [3, 1.4],
  [1, 1.2],
];

/** Scenes and banners that wait, and the one that plays. */
export class SceneLane {
  current = null;
  finished = { gifts: 0 };
  #waiting = new Map();

  /**
   * Takes an alert; the same sender and gift joins the one that waits.
   * @returns {object|null} the cheapest alert of others, when too many wait
   */
  push(alert, nowMs) {
    this.#countUp(alert);
    const waiting = this.#waiting.get(alert.personKey);
    if (waiting) {
      waiting.quantity += alert.quantity;
      waiting.coins += alert.coins;
      waiting.count = Math.max(waiting.quantity, alert.count);
      waiting.message = alert.message ?? waiting.message;
      waiting.streakId = alert.streakId;
      return null;
    }
    this.#waiting.set(alert.personKey, { ...alert, beat: 0, sinceMs: nowMs });
    if (this.#waiting.size <= WAITING_MAX) return null;
    // The person's own are at most one for each gift of the catalogue: they need no other bound.
    const cheapest = this.#inOrder(nowMs).findLast((one) => !one.own);
    return cheapest ? this.#remove(cheapest) : null;
  }

  /** The alerts of others that have waited too long; they are no longer the lane's. */
  takeStale(nowMs) {
    const stale = [...this.#waiting.values()].filter((alert) => !alert.own && isOverdue(alert, nowMs));
    return stale.map((alert) => this.#remove(alert));
  }

  /** The alert to play now, with its `pace`, or null while one plays or none waits; while `resting`, only a banner. */
  takeNext(nowMs, { resting = false } = {}) {
    if (this.current) return null;
    const [next] = this.#inOrder(nowMs);
    if (!next || (resting && next.gift.tier === "scene")) return null;
    this.#remove(next);
    this.current = Object.assign(next, { pace: this.#pace() });
    return next;
  }

  /** The one that played is over. */
  end() {
    if (this.current) this.finished.gifts += this.current.quantity;
    this.current = null;
  }

  /** Lets go of all that waits. @returns {number} how many gifts that were */
  clear() {
    const gifts = this.gifts - (this.current?.quantity ?? 0);
    this.#waiting.clear();
    return gifts;
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

  /** The streak whose gift plays goes on counting where it is seen; its new gifts play after it. */
  #countUp({ streakId, count }) {
    if (!streakId || this.current?.streakId !== streakId) return;
    this.current.count = Math.max(this.current.count, count);
    this.current.beat += 1;
  }

  #pace() {
    const step = PACES.find(([more]) => this.#waiting.size > more);
    return step ? step[1] : 1;
  }

  #inOrder(nowMs) {
    const inOrder = (a, b) =>
      isOverdue(b, nowMs) - isOverdue(a, nowMs) || b.gift.price_coins - a.gift.price_coins || a.sinceMs - b.sinceMs;
    return [...this.#waiting.values()].sort(inOrder);
  }

  #remove(alert) {
    this.#waiting.delete(alert.personKey);
    return alert;
  }
}

function isOverdue(alert, nowMs) {
  return nowMs - alert.sinceMs >= WAIT_MAX_MS;
}
