/** The routes of operators. Each act has a reason; an act that moves value has a key, by which it is done once. */

import { post, queryOf, request } from "./http.js";

const part = encodeURIComponent;

/** The books as a whole. */
export function fetchBooks(token) {
  return request("/v1/ledger/audit", { token });
}

/** All switches: [{name, on, reason, by, changed_ms}]; single gifts as `gift:<id>`. */
export async function fetchSwitches(token) {
  return (await request("/v1/ops/switches", { token })).switches;
}

/** Switches something for everyone, by a name of fetchSwitches. */
export function putSwitch(name, change, token) {
  const gift = name.startsWith("gift:") ? name.slice(5) : null;
  return post(gift ? `/v1/ops/gifts/${part(gift)}` : `/v1/ops/switches/${name}`, change, { token, method: "PUT" });
}

/** A person: {user, name, frozen, banned, tokens_before_ms, tokens, coins, debt, given, pending, available, held}. */
export function fetchPerson(user, token) {
  return request(`/v1/ops/people/${part(user)}`, { token });
}

/** A person's purchases, statement, payouts or cases' like: a page of `what`. */
export function fetchOf(user, what, token, query = {}) {
  return request(`/v1/users/${part(user)}/${what}?${queryOf(query)}`, { token });
}

/** Freezes a person, or ends that. */
export function putFrozen(user, frozen, reason, { token, key }) {
  const headers = { "idempotency-key": key };
  if (frozen) return post("/v1/ops/freezes", { user, reason }, { token, headers });
  return post(`/v1/ops/freezes/${part(user)}`, { reason }, { token, headers, method: "DELETE" });
}

/** Keeps a person out of everything, or lets them in again. */
export function putBanned(user, banned, reason, token) {
  if (banned) return post(`/v1/users/${part(user)}/ban`, { reason }, { token, method: "PUT" });
  return request(`/v1/users/${part(user)}/ban?${queryOf({ reason })}`, { token, method: "DELETE" });
}

/** Ends all tokens of a person that were issued up to now. */
export function revokeAllTokens(user, reason, token) {
  return request(`/v1/users/${part(user)}/tokens?${queryOf({ reason })}`, { token, method: "DELETE" });
}

/** Ends one token of a person, by its `jti`. */
export function revokeToken(user, id, reason, token) {
  return request(`/v1/users/${part(user)}/tokens/${part(id)}?${queryOf({ reason })}`, { token, method: "DELETE" });
}

/** Gives coins alone, as many as one operator may. */
export function grant(user, coins, reason, { token, key }) {
  return post("/v1/grants", { user, coins, reason }, { token, headers: { "idempotency-key": key } });
}

/** Asks for a correction, which another person approves. */
export function askAdjustment(user, coins, reason, { token, key }) {
  return post("/v1/ops/adjustments", { user, coins, reason }, { token, headers: { "idempotency-key": key } });
}

/** A page of corrections: {adjustments, cursor}. */
export function fetchAdjustments(token, query) {
  return request(`/v1/ops/adjustments?${queryOf(query)}`, { token });
}

/** A page of everybody's payouts: {payouts, cursor}. */
export function fetchPayouts(token, query) {
  return request(`/v1/ops/payouts?${queryOf(query)}`, { token });
}

/** A page of cases: {cases, cursor}. */
export function fetchCases(token, query) {
  return request(`/v1/ops/cases?${queryOf(query)}`, { token });
}

/** A case with its people and the numbers of its latest entries. */
export function fetchCase(id, token) {
  return request(`/v1/ops/cases/${part(id)}`, { token });
}

/** Decides on one of `what` (adjustments, payouts, cases, purchases, rooms): approve, reject, release, refund, end ... */
export function decide(what, id, verdict, reason, token) {
  return post(`/v1/ops/${what}/${part(id)}/${verdict}`, { reason }, { token });
}

/** A page of the audit log: {entries, cursor}. */
export function fetchLog(token, query) {
  return request(`/v1/ops/audit-log?${queryOf(query)}`, { token });
}
