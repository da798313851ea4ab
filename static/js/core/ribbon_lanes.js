/**
 * Two lanes of ribbons for small gifts. The same sender and gift updates the ribbon that is up, in place;
 * under load one gift of many senders becomes one crowd ribbon ("37 people x Rose"); then ribbons stay for a
 * shorter time; only then is one dropped, and counted. While a scene plays the lanes hold: what is up has its time,
 * the rest waits. Pure: the time is passed in.
 */

export const LANES = 2;
export const HOLD_MS = { ribbon: 2500, float: 3500, banner: 3500, scene: 3500 };

/** A ribbon that keeps being updated gives way after this, if others wait. */
export const HOLD_MAX_MS = 8000;

/** From this many waiting ribbons on, those of one gift become a crowd. */
export const CROWD_FROM = 4;
export const WAITING_MAX = 40;

/** Shorter times under load: [more than this many wait, part of the usual time]. */
const HURRY = [
  [8, 0.5],
  [2, 0.7],
  [0, 0.85],
];

/**
 * One ribbon, waiting or up.
 * @typedef {object} Ribbon
 * @property {string} key
 * @property {"person"|"crowd"} kind
 * @property {object} gift from the catalogue
 * @property {object} sender of the last gift in it
 * @property {number} quantity gifts that this ribbon stands for
 * @property {number} count what it shows: the streak's count, or the quantity
 * @property {number} coins
 * @property {Set<string>} people
 * @property {boolean} own whether the person whose page it is has sent some of it
 * @property {number} beat grows with each update
 */

/** The ribbons that are up and those that wait. */
export class RibbonLanes {
  lanes = Array(LANES).fill(null);
  dropped = { animations: 0, gifts: 0 };
  finished = { gifts: 0 };
  #waiting = new Map();
  #held = false;

  /** Takes an alert: {gift, sender, quantity, count, coins, personKey, own}. */
  push(alert, nowMs) {
    const up = this.#findUp(alert, nowMs);
    if (up) {
      merge(up, alert);
      up.lastMs = nowMs;
      return;
    }
    const key = this.#waiting.has(alert.personKey) ? alert.personKey : crowdKey(alert.gift);
    const waiting = this.#waiting.get(key);
    if (waiting) merge(waiting, alert);
    else this.#waiting.set(alert.personKey, ribbonOf(alert));
    if (this.#waiting.size > CROWD_FROM) this.#gatherCrowds();
    if (this.#waiting.size > WAITING_MAX) this.#dropCheapest();
  }

  /** Takes down what had its time and puts up what waits; while `held`, only the person's own. */
  tick(nowMs, { held = false } = {}) {
    this.#held = held;
    const part = this.#hurry();
    for (const [i, ribbon] of this.lanes.entries()) {
      if (!ribbon) continue;
      const hold = (ribbon.gift.seconds * 1000 || HOLD_MS[ribbon.gift.tier]) * part;
      const tooLong = this.#waiting.size > 0 && nowMs - ribbon.shownMs >= HOLD_MAX_MS;
      if (nowMs - ribbon.lastMs < hold && !tooLong) continue;
      this.finished.gifts += ribbon.quantity;
      this.lanes[i] = null;
    }
    for (const [i, ribbon] of this.lanes.entries()) {
      if (ribbon) continue;
      const next = [...this.#waiting.values()].find((one) => this.#mayCome(one));
      if (!next) return;
      this.#waiting.delete(next.key);
      this.lanes[i] = Object.assign(next, { shownMs: nowMs, lastMs: nowMs });
    }
  }

  /** Takes down what is up. */
  skip() {
    for (const [i, ribbon] of this.lanes.entries()) {
      this.finished.gifts += ribbon?.quantity ?? 0;
      this.lanes[i] = null;
    }
  }

  /** Lets go of all that waits. */
  clear() {
    for (const { quantity } of this.#waiting.values()) this.dropped.gifts += quantity;
    this.#waiting.clear();
  }

  /** Whether none waits and none is up. */
  get idle() {
    return !this.#waiting.size && this.lanes.every((ribbon) => !ribbon);
  }

  /** How many ribbons wait. */
  get waiting() {
    return this.#waiting.size;
  }

  /** Gifts in the ribbons that wait or are up. */
  get gifts() {
    const all = [...this.#waiting.values(), ...this.lanes.filter(Boolean)];
    return all.reduce((sum, ribbon) => sum + ribbon.quantity, 0);
  }

  #findUp(alert, nowMs) {
    if (!this.#mayCome(alert)) return null;
    const crowded = this.#waiting.size > 0;
    return this.lanes.find((ribbon) => {
      if (!ribbon || (crowded && nowMs - ribbon.shownMs >= HOLD_MAX_MS)) return false;
      if (ribbon.key === alert.personKey) return true;
      return ribbon.kind === "crowd" && ribbon.gift.id === alert.gift.id;
    });
  }

  /** What a person sends answers them at once, whatever plays. */
  #mayCome({ own }) {
    return own || !this.#held;
  }

  #hurry() {
    const step = HURRY.find(([more]) => this.#waiting.size > more);
    return step ? step[1] : 1;
  }

  #gatherCrowds() {
    const groups = new Map();
    for (const ribbon of this.#waiting.values()) {
      groups.set(ribbon.gift.id, [...(groups.get(ribbon.gift.id) ?? []), ribbon]);
    }
    for (const ribbons of groups.values()) {
      if (ribbons.length < 2) continue;
      const key = crowdKey(ribbons[0].gift);
      const crowd = { ...ribbons[0], key, kind: "crowd", people: new Set(ribbons[0].people) };
      for (const ribbon of ribbons.slice(1)) {
        merge(crowd, ribbon);
        crowd.count = Math.max(crowd.count, crowd.quantity);
      }
      // Taking the place of its oldest part would need a new map; its own place is the end, once.
      for (const ribbon of ribbons) this.#waiting.delete(ribbon.key);
      this.#waiting.set(key, crowd);
    }
  }

  #dropCheapest() {
    let cheapest = null;
    for (const ribbon of this.#waiting.values()) {
      if (!cheapest || ribbon.coins < cheapest.coins) cheapest = ribbon;
    }
    this.#waiting.delete(cheapest.key);
    this.dropped.animations += 1;
    this.dropped.gifts += cheapest.quantity;
  }
}

function crowdKey(gift) {
  return `crowd|${gift.id}`;
}

function ribbonOf(alert) {
  const { gift, sender, quantity, count, coins, own, personKey } = alert;
  const people = new Set([personKey]);
  return { key: personKey, kind: "person", gift, sender, quantity, count, coins, own, people, beat: 0 };
}

function merge(ribbon, more) {
  ribbon.quantity += more.quantity;
  ribbon.coins += more.coins;
  ribbon.sender = more.sender;
  ribbon.own ||= more.own;
  ribbon.count = ribbon.kind === "crowd" ? ribbon.quantity : Math.max(ribbon.quantity, more.count);
  for (const person of more.people ?? [more.personKey]) ribbon.people.add(person);
  ribbon.beat += 1;
}
