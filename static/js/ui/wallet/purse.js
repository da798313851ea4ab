/** The wallet at a glance: the coins, what was spent today, what is owed, and the way to more coins. */

import { el, setAttribute, setText, text } from "../dom.js";
import { coinIcon } from "../icon.js";
import { offNotice } from "../off_notice.js";
import { mountRolling } from "../rolling.js";
import { say } from "./words.js";

/**
 * @param {{name: string, onGetCoins: () => void}} options
 * @returns {{node: HTMLElement, update: (wallet: object) => void, setPolicy: (policy: string) => void}}
 */
export function mountPurse({ name, onGetCoins }) {
  const rolling = mountRolling();
  rolling.node.setAttribute("aria-hidden", "true");
  const unit = el("span.purse-unit", { "aria-hidden": "true" });
  const spoken = el("span.visually-hidden", { role: "status" });
  const spent = el("p.purse-spent", { "data-testid": "spent-today" });
  const policy = el("p.purse-policy");
  const debt = el("section.debt", { role: "alert", hidden: true, "data-testid": "debt" });
  const node = el("section.purse.panel", { "data-testid": "purse" },
    el("div.purse-art", { "aria-hidden": "true" }, coinIcon(112)),
    el("p.purse-name", {}, el("bdi", { text: name })),
    el("h1.purse-title", { text: say("balance") }),
    el("p.purse-coins", {}, rolling.node, unit, spoken),
    spent, debt, offNotice("purchases"),
    el("button.button.button-gift", { type: "button", text: text("get_coins"), "data-testid": "get-coins", onclick: onGetCoins }),
    policy);

  function update({ coins, debt: owed, spent_today: spentToday }) {
    rolling.update(coins);
    setAttribute(node, "data-coins", coins);
    setText(unit, say("coins_unit", { count: coins }));
    setText(spoken, say("balance_spoken", { count: coins }));
    spent.hidden = spentToday === null;
    setText(spent, spentToday ? say("spent_today", { count: spentToday }) : say("spent_nothing"));
    if (Number(debt.dataset.coins ?? 0) === owed) return;
    debt.dataset.coins = owed;
    debt.hidden = !owed;
    debt.replaceChildren(el("h2", { text: say("debt_heading", { count: owed }) }), el("p", { text: say("debt_text") }));
  }
  return { node, update, setPolicy: (said) => setText(policy, said) };
}
