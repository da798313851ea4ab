/** A person: what they have, what they did with it, and what can be done about it. */

import { formatMoment } from "../../core/dates.js";
import { askAdjustment, decide, fetchOf, fetchPerson, grant, putFrozen } from "../../net/ops_api.js";
import { el, language, number, price, setText } from "../dom.js";
import { problemOf } from "../problem.js";
import { ask } from "./act.js";
import { actButton, factsOf, mountRows, rowOf, sheetOf } from "./rows.js";
import { diamonds, say } from "./words.js";

/** @param {{token: string, onGood: (words: string) => void}} options */
export function mountPeople({ token, onGood }) {
  const field = el("input.field", { type: "search", maxLength: 64, required: true, autocomplete: "off", spellcheck: false, "data-testid": "person" });
  const problem = el("p.form-problem", { role: "alert" });
  const found = el("div.desk-part");
  const form = el("form.search", { role: "search" },
    el("label", {}, say("person_id"), field), el("button.button.button-strong", { type: "submit", text: say("look"), "data-testid": "look" }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(field.value.trim());
  });

  async function show(user) {
    setText(problem, "");
    try {
      const person = await fetchPerson(user, token);
      const limits = await fetchOf(user, "limits", token);
      found.replaceChildren(...sheetsOf(person, limits));
    } catch (error) {
      found.replaceChildren();
      setText(problem, problemOf(error, say));
    }
  }
  /** An act about a person, after which they are shown as they are then. */
  async function act(user, words, options) {
    if (!(await ask({ heading: words, yes: words, ...options }))) return;
    onGood(say("done"));
    await show(user);
  }
  function sheetsOf(person, limits) {
    const { user, frozen } = person;
    const acts = el("div.row-acts", {},
      actButton(say(frozen ? "unfreeze" : "freeze"), () => act(user, say(frozen ? "unfreeze" : "freeze"), {
        about: say(frozen ? "unfreeze_text" : "freeze_text", { user }),
        run: ({ reason, key }) => putFrozen(user, !frozen, reason, { token, key }),
      }), { testid: "freeze" }),
      actButton(say("grant"), () => act(user, say("grant"), {
        about: say("grant_text", { user }), coins: true, run: ({ coins, reason, key }) => grant(user, coins, reason, { token, key }),
      }), { testid: "grant" }),
      actButton(say("adjust"), () => act(user, say("adjust"), {
        about: say("adjust_text", { user }), coins: true, run: ({ coins, reason, key }) => askAdjustment(user, coins, reason, { token, key }),
      }), { testid: "adjust" }));
    const head = sheetOf(person.name ? `${person.name} (${user})` : user,
      el("p.verdict", { "data-state": frozen ? "bad" : "good", text: say(frozen ? "person_frozen" : "person_free"), "data-testid": "person-state" }),
      factsOf(factsAbout(person, limits)), acts);
    return [head, sheetOf(say("purchases"), started(purchasesOf(user))), sheetOf(say("payouts"), started(payoutsOf(user))),
      sheetOf(say("statement"), started(statementOf(user)))];
  }
  function purchasesOf(user) {
    const load = (cursor) => fetchOf(user, "purchases", token, { cursor });
    const refund = (id) => act(user, say("refund"), { about: say("refund_text"), run: ({ reason }) => decide("purchases", id, "refund", reason, token) });
    return mountRows(load, "purchases", ({ id, status, coins, bonus, price: paid, created_ms: at }) => rowOf({
      what: `${number(coins + bonus)} · ${price(paid)}`,
      about: `${status} · ${formatMoment(at, language)} · ${id}`,
      acts: status === "credited" ? [actButton(say("refund"), () => refund(id))] : [],
    }), () => say("nothing"));
  }
  function payoutsOf(user) {
    const load = (cursor) => fetchOf(user, "payouts", token, { cursor });
    return mountRows(load, "payouts", ({ id, status, net, rail, created_ms: at }) => rowOf({
      what: price(net), about: `${status} · ${rail} · ${formatMoment(at, language)} · ${id}`,
    }), () => say("nothing"));
  }
  function statementOf(user) {
    const load = (cursor) => fetchOf(user, "statement", token, { cursor });
    return mountRows(load, "entries", ({ id, at_ms: at, kind, coins, balance, what }) => rowOf({
      what: [kind.replaceAll("_", " "), what.gift, what.receiver, what.reason].filter(Boolean).join(" · "),
      about: say("entry", { n: id, at: formatMoment(at, language) }),
      amount: say("moved", { coins: number(coins), balance: number(balance) }),
    }), () => say("nothing"));
  }
  const node = el("section.desk-part", { id: "panel-people" }, form, problem, found);
  return { name: "people", node, refresh: async () => field.focus() };
}

function started(rows) {
  rows.restart();
  return rows.node;
}

function factsAbout({ coins, debt, given, pending, available, held }, { limits, spent }) {
  const against = (sum, limit) => (limit === null ? say("no_limit", { spent: number(sum) }) : say("of_limit", { spent: number(sum), limit: number(limit) }));
  return [
    [say("fact_coins"), number(coins)],
    [say("fact_debt"), number(debt)],
    [say("fact_given"), number(given)],
    [say("fact_pending"), diamonds(pending)],
    [say("fact_available"), diamonds(available)],
    [say("fact_held"), diamonds(held)],
    [say("fact_day"), against(spent.day, limits.day)],
    [say("fact_month"), against(spent.month, limits.month)],
  ];
}
