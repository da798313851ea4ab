/** The routes of a person's promotions. */

import { post, queryOf, request } from "./http.js";
import { browserHeader } from "./promoted_api.js";

/** What promotions are sold for: {book, packages: [{id, coins, impressions, hours}]}. */
export function fetchPromotionPackages(token) {
  return request("/v1/promotions/packages", { token });
}

/** Promotes a room; one key does it once, however often. */
export function createPromotion(wanted, { token, key }) {
  return post("/v1/me/promotions", wanted, { token, headers: { "idempotency-key": key, ...browserHeader() } });
}

/** A page of the caller's promotions: {promotions, cursor}. */
export function fetchPromotions(token, cursor) {
  return request(`/v1/me/promotions?${queryOf({ cursor })}`, { token });
}

/** One of them, with its points by time. */
export function fetchPromotion(id, token) {
  return request(`/v1/me/promotions/${encodeURIComponent(id)}`, { token });
}
