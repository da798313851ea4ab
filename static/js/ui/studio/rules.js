/** How gifts are shown: one rule at a time, tried with one tap, and seen in the preview beside it. */

import { aboutOf, ruleKey, templatesOf, withRule } from "../../core/overlay_rules.js";
import { el, percent } from "../dom.js";
import { icon } from "../icon.js";
import { button, choice, option, part, say } from "./words.js";

const PRICES = [1, 10, 100, 1000, 10_000];
const SECONDS = [1, 2, 3, 5, 8, 12, 20];
const VOLUMES = [0, 25, 50, 75];
const numberOf = (value) => (value === "" ? null : Number(value));

/**
 * @param {{gifts: Map<string, object>, onChange: (change: object) => void, onTest: (more: object) => void}} options
 */
export function mountRules({ gifts, onChange, onTest }) {
  let rules = [];
  let about = `gift:${[...gifts.keys()][0]}`;
  const sounds = [...new Set([...gifts.values()].map(({ sound }) => sound))].sort();
  const change = (field, value) => onChange({ rules: withRule(rules, about, { [field]: value }) });
  const group = (name, ...options) => el("optgroup", { label: say(name) }, ...options);
  const target = choice("rule_about", [
    group("gift_list", ...[...gifts.values()].map(({ id, name, price_coins: coins }) => option(`gift:${id}`, say("rule_gift", { name, coins })))),
    group("prices", ...PRICES.map((count) => option(`from:${count}`, say("rule_from", { count })))),
  ], choose);
  const template = choice("rule_template", [], (value) => change("template", value || null));
  const sound = choice("rule_sound", [option("", say("rule_own_sound")), option("off", say("rule_silent")), ...sounds.map((name) => option(name, name.replaceAll("_", " ")))], (value) => change("sound", value || null));
  const seconds = choice("rule_seconds", [option("", say("rule_own_seconds")), ...SECONDS.map((count) => option(String(count), say("seconds", { count })))], (value) => change("seconds", numberOf(value)));
  const volume = choice("rule_volume", [option("", say("rule_own_volume")), ...VOLUMES.map((count) => option(String(count), percent(count / 100)))], (value) => change("volume", numberOf(value)));
  const test = button("test", () => onTest({ gift: giftOf(aboutOf(about)).id }));
  const storm = button("storm", () => onTest({ storm: true }));
  const forget = button("rule_forget", () => onChange({ rules: withRule(rules, about, { template: null, sound: null, seconds: null, volume: null }) }));
  const list = el("div.rule-list", { role: "group", "aria-label": say("rules") });

  /** The gift that a rule is tried with: its own, or the cheapest that it is about. */
  const giftOf = ({ gift, from_coins: coins }) => gifts.get(gift) ?? [...gifts.values()].find(({ price_coins: price }) => price >= coins);
  const labelOf = (rule) => gifts.get(rule.gift)?.name ?? say("rule_from", { count: rule.from_coins ?? 1 });

  function choose(next) {
    about = next;
    draw();
  }
  function draw() {
    const rule = rules.find((one) => ruleKey(one) === about);
    target.select.value = about;
    const ways = aboutOf(about).gift ? templatesOf(giftOf(aboutOf(about))) : ["ribbon", "banner"];
    template.select.replaceChildren(option("", say("rule_own")), ...ways.map((name) => option(name, say(`template_${name}`))));
    template.select.value = rule?.template ?? "";
    sound.select.value = rule?.sound ?? "";
    seconds.select.value = rule?.seconds ?? "";
    volume.select.value = rule?.volume ?? "";
    forget.hidden = !rule;
    list.replaceChildren(...(rules.length ? rules.map((one) => el("button.button.rule-chip", {
      type: "button", "aria-pressed": String(one === rule), "data-testid": "rule",
      onclick: () => choose(ruleKey(one)),
    }, one.gift ? icon(one.gift, { size: 20 }) : null, el("span", { text: labelOf(one) }))) : [el("p.desk-soft", { text: say("rules_none") })]));
  }
  draw();
  const fields = el("div.rule-fields", {}, template.node, sound.node, seconds.node, volume.node);
  return {
    node: part("rules", list, target.node, fields, el("div.desk-acts", {}, test, storm, forget), el("p.desk-soft", { text: say("tested") })),
    update(now) {
      rules = now.rules;
      draw();
    },
  };
}
