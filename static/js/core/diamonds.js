/** Diamonds as the server tells them, decimals in text: for people, in sums, and in money. Pure. */

const formats = new Map();

/** So many diamonds, with the decimals that they have: 1,234.5. */
export function formatDiamonds(text, language) {
  if (!formats.has(language)) formats.set(language, new Intl.NumberFormat(language, { maximumFractionDigits: 3 }));
  return formats.get(language).format(text);
}

/** A decimal that somebody typed, as the server takes it; null where it is none. A comma may stand before decimals. */
export function diamondsOf(typed) {
  const text = typed.trim().replaceAll(/[\s\u00a0']/gu, "").replace(/,(?=\d{1,3}$)(?!\d{3}$)/u, ".").replaceAll(",", "");
  return /^\d{1,12}(\.\d{1,3})?$/u.test(text) && Number(text) > 0 ? text : null;
}

/** What diamonds are worth before fee and tax, rounded down as the server does. */
export function worthOf(text, { diamond_value_micros: micros, minimum }) {
  const { currency, exponent } = minimum;
  return { minor: Math.floor((Number(text) * micros) / 10 ** (6 - exponent)), currency, exponent };
}

/** How many diamonds the least payout takes. */
export function leastDiamonds({ diamond_value_micros: micros, minimum }) {
  return Math.ceil((minimum.minor * 10 ** (6 - minimum.exponent) * 1000) / micros) / 1000;
}
