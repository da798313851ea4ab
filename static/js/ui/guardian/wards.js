/** All wards of a guardian, and the field for the code of another one. */

import { latest } from "../../core/latest.js";
import { fetchWards, linkWard } from "../../net/guardian_api.js";
import { el, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { mountWardCard } from "./ward_card.js";
import { say } from "./words.js";

/**
 * @param {object} options as those of a ward's card
 * @param {() => void} options.onChanged the wards are others
 * @returns {{node: HTMLElement, refresh: (ids?: Set<string>) => Promise<unknown>}} `refresh`: these alone, or all, who may be
 *   others than before
 */
export function mountWards({ onChanged, ...options }) {
  const { token, onGood } = options;
  const none = el("p.limits-text", { text: say("wards_none"), hidden: true, "data-testid": "wards-none" });
  const list = el("div.wards", {});
  const code = el("input.field", { type: "text", maxLength: 12, name: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: false, "data-testid": "code" });
  const problem = el("p.form-problem", { role: "alert", "data-testid": "code-problem" });
  const link = el("button.button.button-strong", { type: "submit", text: say("link"), "data-testid": "link" });
  const form = el("form.limits.panel", { noValidate: true }, el("h2.part-title", { text: say("link_heading") }), none,
    el("label.limits-field", {}, el("span", { text: say("code_label") }), code), problem, link);
  const node = el("div.money-lists", {}, list, form);
  const cards = new Map();
  const begin = latest();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    link.disabled = true;
    setText(problem, "");
    try {
      const ward = await linkWard(code.value.trim() || "-", token);
      code.value = "";
      onGood(say("linked", { name: ward.name }));
      onChanged();
    } catch (error) {
      setText(problem, problemOf(error, say));
    }
    link.disabled = false;
  });
  function update(wards) {
    const ids = new Set(wards.map(({ id }) => id));
    for (const [id, card] of cards) {
      if (ids.has(id)) continue;
      card.node.remove();
      cards.delete(id);
    }
    for (const ward of wards) {
      if (cards.has(ward.id)) continue;
      cards.set(ward.id, mountWardCard({ ward, onUnlinked: onChanged, ...options }));
      list.append(cards.get(ward.id).node);
    }
    none.hidden = cards.size > 0;
  }
  return {
    node,
    async refresh(ids) {
      if (ids === undefined) {
        const isNewest = begin();
        const { wards } = await fetchWards(token);
        if (isNewest()) update(wards);
      }
      const wanted = [...cards].filter(([id]) => ids?.has(id) ?? true);
      await Promise.all(wanted.map(([, card]) => card.refresh()));
    },
  };
}
