/** The gifts of a live as its streamer sees them: one line for each gift or streak, newest first, and their sums. Pure. */

const LINES_MAX = 200;
const BIG_COINS = 100;

/** Which lines each filter shows. */
const FILTERS = {
  all: () => true,
  words: (line) => Boolean(line.message),
  big: (line) => line.coins >= BIG_COINS,
};

/** The names of the filters. */
export const FILTER_NAMES = Object.keys(FILTERS);

/**
 * @param {object[]} lines newest first
 * @param {object} event of the room
 * @returns {object[]} the same array when the event is no gift
 */
export function applyToLog(lines, event) {
  if (event.type === "shout_out") return lines.map((line) => (event.gift && line.id === event.gift.id ? { ...line, thanked: true } : line));
  if (event.type !== "gift_sent") return lines;
  const { sender, gift, streak, quantity, coins, message, at_ms: atMs } = event;
  const key = streak ? `s:${streak.id}` : `g:${event.id}`;
  const before = lines.find((line) => line.key === key);
  const line = {
    key, id: event.id, sender, gift, atMs,
    count: streak?.count ?? quantity,
    coins: streak?.coins ?? coins,
    message: message ?? before?.message,
  };
  return [line, ...lines.filter((other) => other.key !== key)].slice(0, LINES_MAX);
}

/** What a filter shows, and what it comes to. @param {object[]} lines @param {string} filter one of FILTER_NAMES */
export function filtered(lines, filter) {
  const shown = lines.filter(FILTERS[filter]);
  const sum = { count: 0, coins: 0, people: new Set(shown.map(({ sender, key }) => sender.id ?? key)).size };
  for (const { count, coins } of shown) {
    sum.count += count;
    sum.coins += coins;
  }
  return { shown, sum };
}
