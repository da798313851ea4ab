/** What a plot of days shows: every day of a span, and a scale that people read easily. Pure. */

const DAY_MS = 86_400_000;

/** A day's name, like 2026-11-25, in UTC, in which the server counts its days. */
export function dayText(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The first and the last of so many days up to today. */
export function spanOf(count, nowMs) {
  return { from: dayText(nowMs - (count - 1) * DAY_MS), to: dayText(nowMs) };
}

/**
 * Every day of the span; the server tells those alone on which something was earned.
 * @param {{from: string, to: string}} span
 * @param {object[]} known
 * @returns {{day: string, gifts: number, coins: number, diamonds: string, gifters: number}[]}
 */
export function everyDay({ from, to }, known) {
  const byDay = new Map(known.map((one) => [one.day, one]));
  const days = [];
  for (let ms = Date.parse(`${from}T00:00Z`); ms <= Date.parse(`${to}T00:00Z`); ms += DAY_MS) {
    const day = dayText(ms);
    days.push(byDay.get(day) ?? { day, gifts: 0, coins: 0, diamonds: "0", gifters: 0 });
  }
  return days;
}

/** The top of the scale: 1, 2, 2.5 or 5 with zeros behind, the least of them that holds the highest. */
export function topOf(highest) {
  if (highest <= 0) return 10;
  const unit = 10 ** Math.floor(Math.log10(highest));
  return [1, 2, 2.5, 5, 10].map((step) => step * unit).find((top) => top >= highest);
}

/** The day under a point of the plot, counted from the first one. */
export function indexAt(x, width, count) {
  return Math.min(count - 1, Math.max(0, Math.floor((x / width) * count)));
}
