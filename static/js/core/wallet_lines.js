/** A wallet's history as it is shown: which kinds belong together, and what each line speaks of. Pure. */

/** The filters, each with the kinds that it shows; none shows all. */
export const FILTERS = [
  { name: "all", kinds: [] },
  { name: "spent", kinds: ["gift", "gift_returned", "promotion", "promotion_returned"] },
  { name: "bought", kinds: ["purchase", "bonus"] },
  { name: "given", kinds: ["grant"] },
  { name: "undone", kinds: ["withdrawal", "refund", "chargeback", "chargeback_reversed", "adjustment"] },
];

/** Kinds of which a text tells more than the line's own reason. */
const TOLD = ["bonus", "withdrawal", "chargeback", "chargeback_reversed"];

/**
 * What a line says below its heading.
 * @param {{kind: string, what: {reason?: string, promotion?: string, room?: string}}} line
 * @returns {{key: string}|{said: string}|null} a text's key, or words that the line itself has
 */
export function aboutOf({ kind, what }) {
  if (TOLD.includes(kind)) return { key: `line_${kind}_about` };
  const said = what.promotion ? what.room : what.reason;
  return said ? { said } : null;
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
