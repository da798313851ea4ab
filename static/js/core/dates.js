/** Days and times for people, in their language and at their place. Pure: what time it is now is passed in. */

const formats = new Map();

function dateFormat(language, options) {
  const key = `${language}|${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language, options));
  return formats.get(key);
}

/** A time of the day: 6:22 PM. */
export function formatTime(ms, language) {
  return dateFormat(language, { hour: "numeric", minute: "2-digit" }).format(ms);
}

/** A day with its year, and the time: Nov 25, 2026, 6:22 PM. */
export function formatMoment(ms, language) {
  return dateFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** The same wherever the reader is: Nov 25, 2026, 6:22 PM UTC. */
export function formatUtc(ms, language) {
  return `${dateFormat(language, { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }).format(ms)} UTC`;
}

/** A day with its year, as a document has it: November 25, 2026. */
export function formatDate(ms, language) {
  return dateFormat(language, { dateStyle: "long" }).format(ms);
}

/** A day of the calendar, {day: "2026-11-25"}, which is the same at every place: Nov 25. */
export function formatCalendarDay(day, language) {
  return dateFormat(language, { day: "numeric", month: "short", timeZone: "UTC" }).format(Date.parse(`${day}T00:00Z`));
}

/** A heading over what happened on a day: today, yesterday, Tuesday, November 24; with the year where that is another. */
export function formatDay(ms, language, nowMs) {
  const ago = daysBetween(ms, nowMs);
  if (ago === 0 || ago === 1) return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-ago, "day");
  const year = new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: "numeric" };
  return dateFormat(language, { weekday: "long", day: "numeric", month: "long", ...year }).format(ms);
}

/** Whole days of the calendar from one moment to another, at the person's place. */
function daysBetween(ms, laterMs) {
  const midnight = (at) => Date.UTC(...["getFullYear", "getMonth", "getDate"].map((part) => new Date(at)[part]()));
  return (midnight(laterMs) - midnight(ms)) / 86_400_000;
}

/** How long until then, in the unit that suits: in 20 seconds, in 3 days. Never less than a second. */
export function formatUntil(ms, language, nowMs) {
  const seconds = Math.max(1, Math.round((ms - nowMs) / 1000));
  const [unit, size] = [["day", 86_400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, least]) => seconds >= least);
  return new Intl.RelativeTimeFormat(language, { numeric: "always" }).format(Math.round(seconds / size), unit);
}
