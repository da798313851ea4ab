/**
 * Texts with what they mention: the part of ICU's message format that the language files are written in. Pure.
 *
 * `{name}` is what is mentioned, a number by the language's rules. `{count, plural, =0 {none} one {# coin} other {# coins}}`
 * takes the form for that number, in which `#` is the number. Forms may hold mentions and plurals of their own.
 */

import { formatNumber } from "./format.js";

const MENTION = /^\{(\w+)\}/u;
const PLURAL = /^\{(\w+), plural,/u;
const FORM = /^\s*(=\d+|zero|one|two|few|many|other) \{/u;
/** Letters that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

const parsed = new Map();
const plurals = new Map();

/**
 * @param {string} message as it stands in a language file
 * @param {Record<string, string|number>} mentions
 * @param {string} language whose rules numbers and plurals go by
 * @returns {string}
 */
export function formatted(message, mentions, language) {
  if (!parsed.has(message)) parsed.set(message, parse(message));
  const turns = RIGHT_TO_LEFT.test(message);
  return written(parsed.get(message), { mentions, language, turns, number: null });
}

function written(parts, about) {
  return parts.map((part) => (typeof part === "string" ? part : mentioned(part, about))).join("");
}

function mentioned({ name, forms }, about) {
  if (name === "#") return formatNumber(about.number, about.language);
  const value = about.mentions[name];
  if (value === undefined) throw new Error(`nothing is told of: ${name}`);
  if (forms) return written(formOf(forms, value, about.language), { ...about, number: value });
  return typeof value === "number" ? formatNumber(value, about.language) : isolated(value, about.turns);
}

function formOf(forms, value, language) {
  if (!plurals.has(language)) plurals.set(language, new Intl.PluralRules(language));
  return forms.get(`=${value}`) ?? forms.get(plurals.get(language).select(value)) ?? forms.get("other");
}

/** What is mentioned, where its direction of writing could turn the words around it. */
function isolated(value, turns) {
  return value && turns !== RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : String(value);
}

function parse(message) {
  const [parts, rest] = partsOf(message, false);
  if (rest) throw new Error(`no message: ${message}`);
  return parts;
}

/** The parts of a text up to its end, or up to the brace that closes its form; and what comes after. */
function partsOf(text, isForm) {
  const parts = [];
  let rest = text;
  while (rest && rest[0] !== "}") {
    const mention = MENTION.exec(rest);
    const plural = PLURAL.exec(rest);
    if (mention) {
      parts.push({ name: mention[1] });
      rest = rest.slice(mention[0].length);
    } else if (plural) {
      const [forms, after] = formsOf(rest.slice(plural[0].length));
      parts.push({ name: plural[1], forms });
      rest = after;
    } else if (isForm && rest[0] === "#") {
      parts.push({ name: "#" });
      rest = rest.slice(1);
    } else {
      const [words] = (isForm ? /^[^{}#]+/u : /^[^{}]+/u).exec(rest) ?? [];
      if (!words) throw new Error(`no message: ${text}`);
      parts.push(words);
      rest = rest.slice(words.length);
    }
  }
  return [parts, rest];
}

function formsOf(text) {
  const forms = new Map();
  let rest = text;
  for (let form = FORM.exec(rest); form; form = FORM.exec(rest)) {
    const [parts, after] = partsOf(rest.slice(form[0].length), true);
    forms.set(form[1], parts);
    rest = after.slice(1);
  }
  if (!forms.has("other") || rest[0] !== "}") throw new Error(`no forms: ${text}`);
  return [forms, rest.slice(1)];
}
