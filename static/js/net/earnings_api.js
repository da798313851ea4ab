/** The routes of a streamer's earnings and payouts. */

import { post, queryOf, request, requestFile } from "./http.js";

/** The diamonds now, and what they come to: {pending, available, held, paid, in_review, next_settlement_ms, review, value, rate_card}. */
export function fetchEarnings(token) {
  return request("/v1/me/earnings", { token });
}

/** What the caller has to say about diamonds under review: {cases, text}. */
export function answerReview(text, token) {
  return post("/v1/me/earnings/answer", { text }, { token, method: "PUT" });
}

/** The days from one to another on which something was earned: [{day, gifts, coins, diamonds, gifters}]. */
export async function fetchDays(token, from, to) {
  return (await request(`/v1/me/earnings/days?${queryOf({ from, to })}`, { token })).days;
}

/** Who gave most in a period. */
export async function fetchGifters(token, period) {
  return (await request(`/v1/me/earnings/gifters?${queryOf({ period })}`, { token })).gifters;
}

/** The gifts that earned most in a period. */
export async function fetchEarningGifts(token, period) {
  return (await request(`/v1/me/earnings/gifts?${queryOf({ period })}`, { token })).gifts;
}

/** What so many diamonds come to, step by step. */
export function quotePayout(diamonds, token) {
  return post("/v1/me/payouts/quote", { diamonds }, { token });
}

/** Asks for a payout; one key asks once, however often. */
export function askPayout(wanted, { token, key }) {
  return post("/v1/me/payouts", wanted, { token, headers: { "idempotency-key": key } });
}

/** A page of the caller's payouts: {payouts, cursor}. */
export function fetchPayouts(token, cursor) {
  return request(`/v1/me/payouts?${queryOf({ cursor })}`, { token });
}

/** Cancels a payout that has not left yet. */
export function cancelPayout(id, token) {
  return request(`/v1/me/payouts/${encodeURIComponent(id)}`, { token, method: "DELETE" });
}

/** A payout's statement, as the text of a page. */
export async function fetchPayoutStatement(id, token) {
  return (await requestFile(`/v1/me/payouts/${encodeURIComponent(id)}/statement`, { token })).text();
}

/** What was paid out in a year, as a table for the tax office. */
export function fetchTaxYear(year, token) {
  return requestFile(`/v1/me/tax/${year}?format=csv`, { token });
}

/** The caller's tax profile; a FanfareError `tax_profile_needed` where there is none. */
export function fetchTaxProfile(token) {
  return request("/v1/me/tax-profile", { token });
}

/** Says where the caller pays taxes. */
export function putTaxProfile(profile, token) {
  return post("/v1/me/tax-profile", profile, { token, method: "PUT" });
}
