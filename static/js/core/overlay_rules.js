/**
 * Gifts as the streamer's rules have them shown. A rule for the gift comes before rules by price, and of these the
 * dearest that fits; what a rule leaves open is as the next one, or the catalogue, has it. Pure.
 */

const TEMPLATES = ["ribbon", "banner", "scene"];

/** How much of the screen a gift has by itself. */
const rankOf = ({ tier }) => Math.max(0, TEMPLATES.indexOf(tier));

/** The ways in which a gift may be shown: as itself, or plainer. @param {object} gift */
export function templatesOf(gift) {
  return TEMPLATES.slice(0, rankOf(gift) + 1);
}

/**
 * @param {object} gift from the catalogue
 * @param {object[]} rules of the room's overlay
 * @returns {object} the same gift, or one as the rules have it: `tier`, `animation`, `tune`, `seconds`, `gain`
 */
export function giftAsRuled(gift, rules) {
  const mine = rules.filter((rule) => rule.gift === gift.id);
  const byPrice = rules.filter((rule) => rule.from_coins && rule.from_coins <= gift.price_coins);
  byPrice.sort((a, b) => b.from_coins - a.from_coins);
  const pick = (name) => [...mine, ...byPrice].map((rule) => rule[name]).find((value) => value !== null && value !== undefined);
  const [sound, template, seconds, volume] = ["sound", "template", "seconds", "volume"].map(pick);
  const shown = { ...gift };
  if (template && TEMPLATES.indexOf(template) < rankOf(gift)) Object.assign(shown, { tier: template, animation: "generic" });
  // A plain ribbon has no ornament.
  if (template === "ribbon" && gift.tier === "float") shown.tier = "ribbon";
  if (sound) shown.tune = sound;
  if (seconds) shown.seconds = seconds;
  if (volume !== undefined) shown.gain = volume / 100;
  return shown;
}

/** What a rule is about, as a text: `gift:rose`, or `from:100` for the gifts from that price on. */
export function ruleKey(rule) {
  return rule.gift ? `gift:${rule.gift}` : `from:${rule.from_coins}`;
}

/** The fields of a rule that say what it is about. @param {string} key as ruleKey has it */
export function aboutOf(key) {
  const [kind, value] = key.split(":");
  // oxlint-disable-next-line id-match -- as the route names it
  return kind === "gift" ? { gift: value } : { from_coins: Number(value) };
}

/**
 * The rules after a change of one; what says nothing is no rule.
 * @param {object[]} rules
 * @param {string} key which rule it is
 * @param {object} change of its fields
 */
export function withRule(rules, key, change) {
  const rule = { ...aboutOf(key), ...rules.find((one) => ruleKey(one) === key), ...change };
  const says = ["sound", "template", "seconds", "volume"].some((name) => rule[name] !== null && rule[name] !== undefined);
  return [...rules.filter((other) => ruleKey(other) !== key), ...(says ? [rule] : [])];
}

/** The catalogue as the rules have it. It is asked like a Map. */
export class RuledGifts {
  #gifts;
  #ruled = new Map();
  #rules = [];

  /** @param {Map<string, object>} gifts the catalogue */
  constructor(gifts) {
    this.#gifts = gifts;
  }

  /** Other rules, for what comes from now on. @param {object[]} rules */
  update(rules) {
    this.#rules = rules;
    this.#ruled.clear();
  }

  /** A gift by its id. */
  get(id) {
    const gift = this.#gifts.get(id);
    if (!gift) return undefined;
    if (!this.#ruled.has(id)) this.#ruled.set(id, giftAsRuled(gift, this.#rules));
    return this.#ruled.get(id);
  }
}
