/** Promoted rooms in the lobby: who is shown which, and what the page tells of it. */

import { FanfareError, post, request } from "./http.js";

const BROWSER_KEY = "fanfare.browser";
const FOLLOWED_KEY = "fanfare.followed";

/** This browser's own id, by which one who has no token is told from others: made here, and kept here. */
export function browserId(storage = localStorage) {
  const known = storage.getItem(BROWSER_KEY);
  if (known) return known;
  const made = crypto.randomUUID();
  storage.setItem(BROWSER_KEY, made);
  return made;
}

/** The header in which it is told. */
export function browserHeader() {
  return { "fanfare-browser": browserId() };
}

/** The promoted rooms for this viewer: [{room, ticket}]. A token that has run out is no reason to show none. */
export async function fetchPlaces(token) {
  const { places } = await asSomebody(token, (as) => request("/v1/promotions/places", { headers: browserHeader(), token: as }));
  return places;
}

/** Tells which cards were in view, and for how long; also while the page goes away. */
export function tellSeen(seen, token) {
  return asSomebody(token, (as) => post("/v1/promotions/impressions", { seen }, telling(as)));
}

/** Tells that a card was followed, and keeps its ticket for the room. */
export function tellFollowed(ticket, room, token) {
  sessionStorage.setItem(FOLLOWED_KEY, JSON.stringify({ ticket, room }));
  return asSomebody(token, (as) => post("/v1/promotions/visits", { ticket }, telling(as)));
}

/** In a room that was reached by a promoted card, tells who has come, once it is known. */
export async function tellWhoFollowed(room, token) {
  const followed = JSON.parse(sessionStorage.getItem(FOLLOWED_KEY) ?? "null");
  if (followed?.room !== room) return;
  sessionStorage.removeItem(FOLLOWED_KEY);
  await post("/v1/promotions/visits", { ticket: followed.ticket }, telling(token)).catch(() => null);
}

function telling(token) {
  return { token, headers: browserHeader(), keepalive: true };
}

async function asSomebody(token, ask) {
  try {
    return await ask(token);
  } catch (error) {
    if (!token || !(error instanceof FanfareError) || error.status !== 401) throw error;
    return ask(null);
  }
}
