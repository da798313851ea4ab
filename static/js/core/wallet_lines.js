/** A wallet's history as it is shown: which kinds belong together, and what each line speaks of. Pure. */

/** The filters, each with the kinds that it shows; none shows all. */
export const FILTERS = [
  { name: "all", kinds: [] },
  { name: "gift", kinds: ["gift"] },
  { name: "bought", kinds: ["purchase", "bonus"] },
  { name: "given", kinds: ["grant"] },
  { name: "undone", kinds: ["withdrawal", "refund", "chargeback", "chargeback_reversed", "adjustment"] },
];

/** Kinds of which a text tells more than the line's own reason. */
const TOLD = ["bonus", "withdrawal", "chargeback", "chargeback_reversed"];

/**
 * What a line says below its heading.
 * @param {{kind: string, what: {reason?: string}}} line
 * @returns {{key: string}|{said: string}|null} a text's key, or words of the platform
 */
export function aboutOf({ kind, what }) {
  if (TOLD.includes(kind)) return { key: `line_${kind}_about` };
  return what.reason ? { said: what.reason } : null;
}

/**
 * Lines in the order in which they come, by the day on which they happened.
 * @param {{at_ms: number}[]} lines
 * @param {(ms: number) => string} dayOf the day's name
 * @returns {{day: string, lines: object[]}[]}
 */
export function byDay(lines, dayOf) {
  const days = [];
  for (const line of lines) {
    const day = dayOf(line.at_ms);
    if (days.at(-1)?.day !== day) days.push({ day, lines: [] });
    days.at(-1).lines.push(line);
  }
  return days;
}
