/** The routes of what a person spends, and of its limits. */

import { post, queryOf, request } from "./http.js";

/** The limits, how far the person has come, and when they begin anew. */
export function fetchLimits(token) {
  return request("/v1/me/limits", { token });
}

/** Changes limits; how they are then. */
export function putLimits(change, token) {
  return post("/v1/me/limits", change, { token, method: "PUT" });
}

/** Takes a break, which nobody can end early. */
export function takeBreak(span, token) {
  return post("/v1/me/cool-off", { for: span }, { token });
}

/** A code to show to whoever is to be the guardian: {code, expires_ms}. */
export function createGuardianCode(token) {
  return post("/v1/me/guardian-codes", {}, { token });
}

/** What was spent in some days: {rows, coins, minor, currency, exponent, price, complete_from_ms}. */
export function fetchSpending({ from, to, by }, token) {
  return request(`/v1/me/spending?${queryOf({ from, to, by })}`, { token });
}
