/** What goes in the room: slow comments, words, links, comments at all, gifts of those who are muted. */

import { el } from "../dom.js";
import { button, choice, option, part, say } from "./words.js";

const SLOW_MAX_S = 3600;
const WORD_MAX = 40;
const SWITCHES = ["comments", "muted_may_gift", "common_words"];
const LINKS = ["allow", "hold", "refuse"];

/** @param {{onChange: (change: object) => void}} options */
export function mountRoomRules({ onChange }) {
  let settings = null;
  const slow = el("input.field", {
    type: "number", min: 0, max: SLOW_MAX_S, step: 1, required: true, inputMode: "numeric", "data-testid": "slow",
    onchange: () => {
      // oxlint-disable-next-line id-match -- as the route names it
      if (slow.reportValidity()) onChange({ slow_s: slow.valueAsNumber });
    },
  });
  const links = choice("order_links", LINKS.map((name) => option(name, say(`links_${name}`))), (value) => onChange({ links: value }));
  const boxes = SWITCHES.map((name) => {
    const box = el("input", { type: "checkbox", "data-testid": `order-${name}`, onchange: () => onChange({ [name]: box.checked }) });
    return { name, box, node: el("label.desk-check", {}, box, el("span", { text: say(`order_${name}`) })) };
  });
  const words = mountWords((list) => onChange({ words: list }));
  // What holds is not known yet: a change would be made to something else.
  const fields = el("fieldset.desk-fields", { disabled: true },
    el("div.desk-form", {}, el("label.desk-label", {}, el("span", { text: say("order_slow_s") }), slow), links.node),
    el("div.desk-checks", {}, ...boxes.map(({ node }) => node)), words.node);
  return {
    node: part("order_rules", fields),
    update(now) {
      fields.disabled = false;
      // What somebody is writing stays, unless it was changed to something else meanwhile.
      if (now.slow_s !== settings?.slow_s || document.activeElement !== slow) slow.value = String(now.slow_s);
      links.select.value = now.links;
      for (const { name, box } of boxes) box.checked = now[name];
      words.update(now.words);
      settings = now;
    },
  };
}

/** The room's own words, each with a button that takes it off the list. */
function mountWords(onChange) {
  let words = [];
  const field = el("input.field", { type: "text", maxLength: WORD_MAX, required: true, autocomplete: "off", autocapitalize: "none", spellcheck: false, "data-testid": "word" });
  const add = button("word_add", null, { type: "submit" });
  const list = el("div.rule-list", { role: "group", "aria-label": say("order_words") });
  const form = el("form.desk-line", {}, el("label.desk-label.word-label", {}, el("span", { text: say("order_words") }), field), add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const word = field.value.trim();
    field.value = "";
    if (word && !words.includes(word)) onChange([...words, word]);
  });
  const chip = (word) => el("button.button.rule-chip", {
    type: "button", "aria-label": say("word_forget", { word }), "data-testid": "own-word",
    onclick: () => {
      onChange(words.filter((one) => one !== word));
      field.focus();
    },
  }, el("bdi", { text: word }), el("span", { "aria-hidden": "true", text: "×" }));
  return {
    node: el("div.desk-words", {}, form, list),
    update(now) {
      if (list.childElementCount && now.join(" ") === words.join(" ")) return;
      words = now;
      list.replaceChildren(...(words.length ? words.map(chip) : [el("p.desk-soft", { text: say("words_none") })]));
    },
  };
}
