/** Times of a day as minutes, as the server has them, and as a field of a form has them. Pure. */

/** A field's text as minutes of the day; null where it is empty. */
export function minutesIn(text) {
  const found = /^(\d\d):(\d\d)/u.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}

/** Minutes of the day as a field has them. */
export function timeText(minutes) {
  if (typeof minutes !== "number") return "";
  const two = (part) => String(part).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
