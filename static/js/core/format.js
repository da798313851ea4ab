/** Numbers and names for people, in their language. Pure. */

const formats = new Map();

function numberFormat(language, options) {
  const key = `${language}|${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(language, options));
  return formats.get(key);
}

/** A whole number with its separators: 12,345. */
export function formatNumber(value, language) {
  return numberFormat(language, { maximumFractionDigits: 0 }).format(value);
}

/** A number with its sign: +5, −5, 0. */
export function formatSigned(value, language) {
  return numberFormat(language, { signDisplay: "exceptZero", maximumFractionDigits: 0 }).format(value).replace("-", "\u2212");
}

/** A number where there is little room: 12.3K. */
export function formatCompact(value, language) {
  if (value < 10_000) return formatNumber(value, language);
  return numberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

/** An amount of money, {minor, currency, exponent}, as it is written where the person lives: $9.99. */
export function formatMoney({ minor, currency, exponent }, language) {
  const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  return numberFormat(language, { style: "currency", currency, ...digits }).formatToParts(minor / 10 ** exponent)
    .map(({ type, value }) => (type === "currency" ? marked(value) : value)).join("");
}

/** A sign that ends a Latin name goes with it, also where words run from right to left: US$. */
function marked(currency) {
  return /^[A-Z]+\P{L}$/u.test(currency) ? `${currency}\u200E` : currency;
}

/** A share: 0.195 is 19.5%. */
export function formatPercent(value, language) {
  return numberFormat(language, { style: "percent", maximumFractionDigits: 4 }).format(value);
}

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** A text's letters as people count them: one with its accents, one family of emoji. */
export function graphemes(text) {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** One or two letters that stand for a person. */
export function initials(name) {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => graphemes(word)[0]).join("").toLocaleUpperCase();
}

/** Steps of this angle never come near each other soon: ids next to each other get hues far apart. */
const GOLDEN_ANGLE = 137.508;

/** A hue from 0 to 359 that stays with a person. */
export function hueOf(text) {
  let hash = 0;
  for (const letter of text) hash = (hash * 79 + letter.codePointAt(0)) >>> 0;
  return Math.floor((hash * GOLDEN_ANGLE) % 360);
}

/** How hot a streak is: 0 below 10, then 1, 2 and 3 from 10, 50 and 100 on. */
export function heatOf(count) {
  return [10, 50, 100].filter((from) => count >= from).length;
}
