/** The server's HTTP routes that the pages use. */

import { post, queryOf, request, requestFile } from "./http.js";

/** The catalogue: {version, gifts}, with names in the page's language; with a kind, the gifts for rooms of that kind. */
export async function fetchGifts(kind) {
  const { version, gifts } = await request(kind ? `/v1/gifts?kind=${kind}` : "/v1/gifts");
  const { lang } = document.documentElement;
  return { version, gifts: gifts.map((gift) => ({ ...gift, name: gift.names?.[lang] ?? gift.name })) };
}

/** The rooms of a page, and the most that the server gives at once. */
export const ROOMS_A_PAGE = 20;
const ROOMS_AT_ONCE = 100;

/** A page of the rooms that are there, {rooms, cursor}: the first one without a cursor. */
export function fetchRooms(cursor = null, limit = ROOMS_A_PAGE) {
  // Just so the lobby's page has it loaded before any script runs.
  if (cursor === null && limit === ROOMS_A_PAGE) return request("/v1/rooms");
  return request(`/v1/rooms?${queryOf({ cursor, limit })}`);
}

/** So many of the rooms that are there, and whether there are more: {rooms, more}. */
export async function fetchSomeRooms(count) {
  const rooms = new Map();
  let cursor = null;
  do {
    const page = await fetchRooms(cursor, Math.min(count - rooms.size, ROOMS_AT_ONCE));
    for (const room of page.rooms) rooms.set(room.id, room);
    ({ cursor } = page);
  } while (cursor !== null && rooms.size < count);
  return { rooms: [...rooms.values()], more: cursor !== null };
}

/** Rooms that `isWanted`, from a page on, {items, cursor}: it goes on by itself for some pages where it finds few. */
export async function searchRooms(isWanted, from) {
  const items = [];
  let cursor = from;
  for (let pages = 0; pages < 5; pages += 1) {
    const page = await fetchRooms(cursor, ROOMS_AT_ONCE);
    items.push(...page.rooms.filter(isWanted));
    ({ cursor } = page);
    if (cursor === null || items.length >= 10) break;
  }
  return { items, cursor };
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
