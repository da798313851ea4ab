/** The server's HTTP routes that the pages use. */

import { post, queryOf, request, requestFile } from "./http.js";

/** The catalogue: {version, gifts}, with names in the page's language; with a kind, the gifts for rooms of that kind. */
export async function fetchGifts(kind) {
  const { version, gifts } = await request(kind ? `/v1/gifts?kind=${kind}` : "/v1/gifts");
  const { lang } = document.documentElement;
  return { version, gifts: gifts.map((gift) => ({ ...gift, name: gift.names?.[lang] ?? gift.name })) };
}

/** A page of the rooms that are there, {rooms, cursor}: the first one without a cursor. */
export function fetchRooms(cursor = null) {
  return request(cursor === null ? "/v1/rooms" : `/v1/rooms?${queryOf({ cursor })}`);
}

/** A room's latest gifts: {gifts}. */
export function fetchRoomGifts(room) {
  return request(`/v1/rooms/${encodeURIComponent(room)}/gifts?limit=50`);
}

/** How a room's shout-outs are read out: {settings, from_coins, voice_of}. */
export function fetchShoutOuts({ room, token }) {
  return request(`/v1/rooms/${encodeURIComponent(room)}/shout-outs`, { token });
}

/** The words of a gift, read out: the bytes of a sound file. */
export async function fetchShoutOutAudio({ room, gift, token }) {
  const path = `/v1/rooms/${encodeURIComponent(room)}/shout-outs/${encodeURIComponent(gift)}/audio`;
  return (await requestFile(path, { token })).arrayBuffer();
}

/** A room's top gifters: {top, period, by}. */
export function fetchBoard(room, period) {
  return request(`/v1/rooms/${encodeURIComponent(room)}/leaderboard?period=${period}`);
}

/** Whether the caller is on the boards, {shown}, after a change where one is wanted. */
export function shownOnBoards(token, shown) {
  return shown === undefined ? request("/v1/me/boards", { token }) : post("/v1/me/boards", { shown }, { token, method: "PUT" });
}

/** What coins cost where the token's person lives. */
export function fetchPackages(token) {
  return request("/v1/packages", { token });
}

/** Opens a checkout; one key opens one, however often. */
export function createPurchase(wanted, { token, key }) {
  return post("/v1/me/purchases", wanted, { token, headers: { "idempotency-key": key } });
}

/** One of the caller's purchases. */
export function fetchPurchase(id, token) {
  return request(`/v1/me/purchases/${encodeURIComponent(id)}`, { token });
}

/** Demo only: a token for a name, or for a guest without one. */
export function demoLogin(name, role) {
  const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return post("/v1/demo/login", { name, role, tz });
}

/** Demo only: what is to be paid at a checkout. */
export function fetchCheckout(session) {
  return request(checkoutPath(session));
}

/** Demo only: pays at a checkout: {status: paid | processing | declined | confirm | cancelled, message, return_url}. */
export function payCheckout(session, payment) {
  return post(checkoutPath(session), payment);
}

function checkoutPath(session) {
  return `/v1/demo/checkouts/${encodeURIComponent(session)}`;
}
