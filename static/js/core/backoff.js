/** How long to wait before the next attempt to connect. Pure: the dice are passed in. */

const WAIT_MIN_MS = 500;
const WAIT_MAX_MS = 20_000;

/**
 * Full jitter: anywhere between the least wait and a ceiling that doubles with each attempt, so that a
 * crowd that lost its server at one moment does not come back at one moment.
 * @param {number} attempt 0 for the first one after a loss
 * @param {number} dice from 0 up to 1
 * @returns {number} milliseconds
 */
export function waitBefore(attempt, dice) {
  const ceiling = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** (Math.min(attempt, 16) + 1));
  return Math.round(WAIT_MIN_MS + dice * (ceiling - WAIT_MIN_MS));
}
