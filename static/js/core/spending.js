/** What a person may still spend, by the server's word and what was given since. Pure. */

const WINDOWS = ["day", "week", "month"];

/** A limit is near from here on, in parts of it. */
const NEAR = 0.2;

/** The stricter one of a person's own limit and the guardian's. */
export function limitOf({ limits, guardian_limits: guardian }, name) {
  const known = [limits[name], guardian?.[name]].filter((limit) => typeof limit === "number");
  return known.length ? Math.min(...known) : null;
}

/**
 * The window that leaves the least, or null where none has a limit.
 * @param {object} view as the server tells it
 * @param {number} since coins that were given since it was told
 * @returns {{window: string, left: number, limit: number}|null}
 */
export function leastLeft(view, since = 0) {
  const all = WINDOWS.map((window) => ({ window, limit: limitOf(view, window) }))
    .filter(({ limit }) => limit !== null)
    .map(({ window, limit }) => ({ window, limit, left: Math.max(0, limit - view.spent[window] - since) }));
  return all.reduce((least, one) => (least && least.left <= one.left ? least : one), null);
}

/** The same, where the limit is near. */
export function nearLimit(view, since = 0) {
  const least = leastLeft(view, since);
  return least && least.left <= least.limit * NEAR ? least : null;
}

/**
 * What stands against spending so many coins: a text's name and what it mentions, or null. The server has the last word.
 * @param {object} view
 * @param {number} coins
 * @param {number} since
 */
export function standsAgainst(view, coins, since = 0) {
  if (view.guardian_limits?.locked) return { name: "locked" };
  if (view.cool_off_until_ms !== null) return { name: "cool_off", untilMs: view.cool_off_until_ms };
  const gift = limitOf(view, "gift");
  if (gift !== null && coins > gift) return { name: "gift", left: gift };
  const least = leastLeft(view, since);
  return least && coins > least.left ? { name: least.window, left: least.left } : null;
}

/** A field's text as coins: null where it is empty, undefined where it is no whole number. */
export function coinsIn(text) {
  const digits = text.replaceAll(/[\s.,'\u00a0\u202f]/gu, "");
  if (!digits) return null;
  return /^\d{1,12}$/u.test(digits) ? Number(digits) : undefined;
}

/** How full a meter is, from 0 to 1. */
export function fullness(spent, limit) {
  return limit ? Math.min(1, spent / limit) : Number(limit === 0);
}
