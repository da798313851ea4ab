/**
 * The queue of alerts, for the overlay and the viewer's page: what is shown when, under any load.
 * Dear gifts go through one full-screen lane, small ones through two ribbon lanes, which hold while a scene plays.
 * Animations may be joined, shortened and at last dropped; the totals here never lose anything. Pure: the time is
 * passed in.
 */

import { RibbonLanes } from "./ribbon_lanes.js";
import { SceneLane } from "./scene_lane.js";

/** An event older than this, as comes after a long break, is history: it counts, but it is not played. */
export const ALERT_AGE_MAX_MS = 30_000;

/** Between two scenes the ribbons that waited have the screen, for as long as this at most. */
export const REST_MS = 3000;

/** Whether an event is too old to be played. @param {object} event @param {number} serverMs the server's clock */
export function isHistory(event, serverMs) {
  return serverMs - event.at_ms > ALERT_AGE_MAX_MS;
}

/** All alerts of one page. */
export class AlertQueue {
  totals = { alerts: 0, gifts: 0, coins: 0 };
  #gifts;
  #viewerId;
  #ribbons = new RibbonLanes();
  #scenes = new SceneLane();
  #fellBack = 0;
  #cleared = 0;
  #restEndsMs = 0;
  #pausedMs = null;
  #skippedMs = 0;

  /**
   * @param {Map<string, object>} gifts the catalogue, by id
   * @param {() => string|undefined} [viewerId] whose page it is, where it is a viewer's
   */
  constructor(gifts, viewerId = () => undefined) {
    this.#gifts = gifts;
    this.#viewerId = viewerId;
  }

  /**
   * Takes one gift_sent event.
   * @param {object} event
   * @param {number} nowMs
   */
  push(event, nowMs) {
    const own = event.sender.id !== null && event.sender.id === this.#viewerId();
    const alert = { ...alertOf(event, this.#gifts), own };
    this.totals.alerts += 1;
    this.totals.gifts += event.quantity;
    this.totals.coins += event.coins;
    const atMs = this.#time(nowMs);
    if (alert.gift.tier !== "banner" && alert.gift.tier !== "scene") {
      this.#ribbons.push(alert, atMs);
      return;
    }
    const pushedOut = this.#scenes.push(alert, atMs);
    if (pushedOut) this.#fallBack(pushedOut, atMs);
  }

  /**
   * Moves on to this moment.
   * @param {number} nowMs
   * @returns {object|null} the alert whose scene begins now; call `sceneEnded` when it is over
   */
  tick(nowMs) {
    if (this.#pausedMs !== null) return null;
    const atMs = this.#time(nowMs);
    for (const alert of this.#scenes.takeStale(atMs)) this.#fallBack(alert, atMs);
    const resting = atMs < this.#restEndsMs && !this.#ribbons.idle;
    const scene = this.#scenes.takeNext(atMs, { resting });
    const held = this.scene?.gift.tier === "scene";
    if (held) this.#restEndsMs = atMs + REST_MS;
    this.#ribbons.tick(atMs, { held });
    return scene;
  }

  /** The scene that `tick` gave has played, or was skipped. */
  sceneEnded() {
    this.#scenes.end();
  }

  /** What is up goes now, as if it had had its time. */
  skip() {
    this.#ribbons.skip();
    this.#scenes.end();
  }

  /** All goes, what waits as well. */
  clear() {
    this.skip();
    this.#ribbons.clear();
    this.#cleared += this.#scenes.clear();
  }

  /** Nothing moves from here on; what arrives waits, and waiting does not age it. */
  pause(nowMs) {
    this.#pausedMs ??= nowMs;
  }

  /** Goes on where it was paused. */
  resume(nowMs) {
    if (this.#pausedMs === null) return;
    this.#skippedMs += nowMs - this.#pausedMs;
    this.#pausedMs = null;
  }

  /** The two ribbon lanes: each a ribbon or null. */
  get lanes() {
    return this.#ribbons.lanes;
  }

  /** The alert whose scene plays. */
  get scene() {
    return this.#scenes.current;
  }

  /** Whether anything is up or waits. */
  get idle() {
    return !this.scene && !this.#scenes.waiting && this.#ribbons.idle;
  }

  /** How many alerts wait. */
  get waiting() {
    return this.#ribbons.waiting + this.#scenes.waiting;
  }

  /** What was not shown as it should have been: scenes shown as ribbons, and what was not shown at all. */
  get dropped() {
    const { animations, gifts } = this.#ribbons.dropped;
    return { animations: animations + this.#fellBack, gifts };
  }

  /** Where all gifts are; the four add up to `totals.gifts`, always. */
  get accounts() {
    return {
      waiting: this.#ribbons.gifts + this.#scenes.gifts,
      shown: this.#ribbons.finished.gifts + this.#scenes.finished.gifts,
      dropped: this.#ribbons.dropped.gifts + this.#cleared,
    };
  }

  #fallBack(alert, atMs) {
    this.#fellBack += 1;
    this.#ribbons.push(alert, atMs);
  }

  #time(nowMs) {
    return (this.#pausedMs ?? nowMs) - this.#skippedMs;
  }
}

function alertOf(event, gifts) {
  const gift = gifts.get(event.gift) ?? unknownGift(event);
  const { sender, quantity, coins, streak, message } = event;
  // Two people without a name are not one person: only a streak, or nothing, holds theirs together.
  const person = sender.id ?? `anonymous:${streak?.id ?? event.id}`;
  const count = streak?.count ?? quantity;
  return { gift, sender, quantity, coins, count, message, streakId: streak?.id, personKey: `${person}|${gift.id}` };
}

function unknownGift(event) {
  // oxlint-disable-next-line id-match -- as the catalogue names it on the wire
  return { id: event.gift, name: event.gift, price_coins: event.coins / event.quantity, tier: "ribbon" };
}
