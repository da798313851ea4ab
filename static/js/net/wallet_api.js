/** The routes of a person's wallet. */

import { post, queryOf, request, requestFile } from "./http.js";

/** The caller's wallet: {coins, version, debt, country, currency, spent_today, limits, unusual}. */
export function fetchWallet(token) {
  return request("/v1/me/wallet", { token });
}

/** A page of the caller's history: {entries, cursor}. `kinds` are joined by commas, "" for all. */
export function fetchStatement(token, { kinds, cursor }) {
  return request(`/v1/me/statement?${queryOf({ kind: kinds, cursor })}`, { token });
}

/** All of the caller's history, of these kinds, as a table. */
export function fetchStatementFile(token, kinds) {
  return requestFile(`/v1/me/statement?${queryOf({ kind: kinds, format: "csv" })}`, { token });
}

/** A page of the caller's purchases: {purchases, cursor}. */
export function fetchPurchases(token, cursor) {
  return request(`/v1/me/purchases?${queryOf({ cursor })}`, { token });
}

/** Gives a purchase's unused coins back; one key does it once, however often. */
export function withdrawPurchase(id, { token, key }) {
  return post(`/v1/me/purchases/${encodeURIComponent(id)}/withdraw`, {}, { token, headers: { "idempotency-key": key } });
}

/** Says that an unusual purchase was one's own. */
export function recognisePurchase(id, token) {
  return post(`/v1/me/purchases/${encodeURIComponent(id)}/recognise`, {}, { token });
}

/** What the receipt of a purchase says. */
export function fetchReceipt(id, token) {
  return request(`/v1/me/purchases/${encodeURIComponent(id)}/receipt`, { token });
}

/** A room: {id, title, streamer, guests, ...}. */
export function fetchRoom(id) {
  return request(`/v1/rooms/${encodeURIComponent(id)}`);
}
