/** A person: what they have, how far they are kept out, what they did, and what can be done about it. */

import { formatMoment } from "../../core/dates.js";
import {
  askAdjustment, decide, fetchCases, fetchOf, grant, putBanned, putFrozen, revokeAllTokens, revokeToken,
} from "../../net/ops_api.js";
import { apart, el, language, listed, number, price, signed, text } from "../dom.js";
import { kindText } from "../kinds.js";
import { mountCases } from "./cases.js";
import { actButton, called, factsOf, mountRows, rowOf, sheetOf } from "./rows.js";
import { diamonds, payoutStatus, purchaseStatus, say } from "./words.js";

/**
 * @param {object} options
 * @param {object} options.person as fetchPerson has it
 * @param {object} options.limits the limits of what they spend
 * @param {string} options.token the operator's
 * @param {(words: string) => void} options.onGood
 * @param {(user: string, words: string, options: object) => Promise<void>} options.act asks, and does it
 * @returns {HTMLElement[]}
 */
export function sheetsOf({ person, limits, token, act, onGood }) {
  const { user, name } = person;
  const cases = mountCases({ token, onGood, none: say("nothing"), load: (cursor) => fetchCases(token, { user, cursor }) });
  return [
    sheetOf(name ? called(name, user) : user, ...standing(person), factsOf(factsAbout(person, limits)), el("div.row-acts", {}, ...actsOn(person, token, act))),
    sheetOf(say("purchases"), started(purchasesOf(user, token, act))),
    sheetOf(say("payouts"), started(payoutsOf(user, token))),
    sheetOf(say("statement"), started(statementOf(user, token))),
    sheetOf(say("cases"), started(cases)),
  ];
}

/** How far somebody is kept out. */
function standing({ frozen, banned, tokens, tokens_before_ms: beforeMs }) {
  return [
    el("p.verdict", { "data-state": frozen ? "bad" : "good", text: say(frozen ? "person_frozen" : "person_free"), "data-testid": "person-state" }),
    banned ? el("p.verdict", { "data-state": "bad", text: say("person_banned"), "data-testid": "person-banned" }) : null,
    beforeMs === null ? null : el("p.row-about", { text: say("tokens_before", { at: formatMoment(beforeMs, language) }), "data-testid": "tokens-before" }),
    tokens.length ? el("p.row-about", { "data-testid": "tokens-revoked" }, say("tokens_revoked"), " ", el("bdi", { text: listed(...tokens) })) : null,
  ];
}

function actsOn({ user, frozen, banned }, token, act) {
  const button = (name, words, options) => actButton(say(words), () => act(user, say(words), options), { testid: name });
  return [
    button("freeze", frozen ? "unfreeze" : "freeze", {
      about: say(frozen ? "unfreeze_text" : "freeze_text", { user }), run: ({ reason, key }) => putFrozen(user, !frozen, reason, { token, key }),
    }),
    button("ban", banned ? "unban" : "ban", {
      about: say(banned ? "unban_text" : "ban_text", { user }), run: ({ reason }) => putBanned(user, !banned, reason, token),
    }),
    button("revoke-all", "revoke_all", { about: say("revoke_all_text", { user }), run: ({ reason }) => revokeAllTokens(user, reason, token) }),
    button("revoke-one", "revoke_one", {
      about: say("revoke_one_text", { user }), asks: ["token", "reason"], run: ({ token: id, reason }) => revokeToken(user, id, reason, token),
    }),
    button("grant", "grant", {
      about: say("grant_text", { user }), asks: ["coins", "reason"], run: ({ coins, reason, key }) => grant(user, coins, reason, { token, key }),
    }),
    button("adjust", "adjust", {
      about: say("adjust_text", { user }), asks: ["coins", "reason"], run: ({ coins, reason, key }) => askAdjustment(user, coins, reason, { token, key }),
    }),
  ];
}

function purchasesOf(user, token, act) {
  const load = (cursor) => fetchOf(user, "purchases", token, { cursor });
  const refund = (id) => act(user, say("refund"), { about: say("refund_text"), run: ({ reason }) => decide("purchases", id, "refund", reason, token) });
  return mountRows(load, "purchases", ({ id, status, coins, bonus, price: paid, created_ms: at }) => rowOf({
    what: apart(text("coins", { count: coins + bonus }), price(paid)),
    about: apart(purchaseStatus(status), formatMoment(at, language), id),
    acts: status === "credited" ? [actButton(say("refund"), () => refund(id))] : [],
  }), () => say("nothing"));
}

function payoutsOf(user, token) {
  const load = (cursor) => fetchOf(user, "payouts", token, { cursor });
  return mountRows(load, "payouts", ({ id, status, net, rail, created_ms: at }) => rowOf({
    what: price(net), about: apart(payoutStatus(status), rail, formatMoment(at, language), id),
  }), () => say("nothing"));
}

function statementOf(user, token) {
  const load = (cursor) => fetchOf(user, "statement", token, { cursor });
  return mountRows(load, "entries", ({ id, at_ms: at, kind, coins, balance, what }) => rowOf({
    what: apart(kindText(kind), what.gift, what.receiver, what.reason),
    about: say("entry", { n: id, at: formatMoment(at, language) }),
    amount: say("moved", { coins: signed(coins), balance: number(balance) }),
  }), () => say("nothing"));
}

function started(rows) {
  rows.restart();
  return rows.node;
}

function factsAbout({ coins, debt, given, pending, available, held }, { limits, spent, guardian, guardian_limits: guard, cool_off_until_ms: coolOff }) {
  const against = (sum, limit) => (limit === null ? say("no_limit", { spent: number(sum) }) : say("of_limit", { spent: number(sum), limit: number(limit) }));
  return [
    [say("fact_coins"), number(coins)],
    [say("fact_debt"), number(debt)],
    [say("fact_given"), number(given)],
    [say("fact_pending"), diamonds(pending)],
    [say("fact_available"), diamonds(available)],
    [say("fact_held"), diamonds(held)],
    [say("fact_gift"), limits.gift === null ? say("fact_none") : number(limits.gift)],
    ...["day", "week", "month"].map((window) => [say(`fact_${window}`), against(spent[window], limits[window])]),
    coolOff === null ? null : [say("fact_cool_off"), formatMoment(coolOff, language)],
    guardian ? [say("fact_guardian"), called(guardian.name, guardian.id)] : null,
    guard?.locked ? [say("fact_guard"), say("fact_locked")] : null,
  ].filter(Boolean);
}
