/**
 * Who this page is: a token from the address's fragment (given by the platform), or from the demo's login.
 * A token never stays in the address bar, and is kept for this tab only, so that a reload needs no new one.
 */

import { demoLogin } from "./api.js";

const DEMO_KEY = "fanfare.demo";

/** The pages of a person's own money, by their addresses: no room is called so. */
export const PAGES = { wallet: "/wallet", earnings: "/earnings", promotions: "/promotions", spending: "/spending" };

function roomKey(roomId) {
  return `fanfare.token.${roomId}`;
}

/**
 * The token of this tab for a room, or null. A link may hold another person's token, and gifts would then be paid from
 * that person's wallet: who is somebody here already is asked first.
 * @param {string} roomId or one of PAGES
 * @param {(people: {from: string, to: string}) => Promise<boolean>} mayReplace asks, by the names of both
 * @returns {Promise<string|null>}
 */
export async function takeToken(roomId, mayReplace) {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  const known = sessionStorage.getItem(roomKey(roomId)) ?? demoIdentity()?.token ?? tokenOfPage(roomId);
  if (!given) return known;
  history.replaceState(history.state, "", location.pathname + location.search);
  // Whoever only watches is nobody yet.
  const [from, to] = [isGuest(known) ? null : personOf(known), personOf(given)];
  if (from && from.id !== to?.id && !(to && (await mayReplace(namesOf(from, to))))) return known;
  sessionStorage.setItem(roomKey(roomId), given);
  return given;
}

/** On a page of one's own money, the token of the other one: both are the same person's. */
function tokenOfPage(page) {
  if (!Object.values(PAGES).includes(page)) return null;
  return Object.values(PAGES).map((other) => sessionStorage.getItem(roomKey(other))).find(Boolean) ?? null;
}

/** Whom a token is for, by its own word; the server alone can tell whether that is true. Null where it says nothing. */
export function personOf(token) {
  try {
    const payload = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    const { sub, name, role } = JSON.parse(new TextDecoder().decode(bytes));
    return { id: String(sub), name: String(name).replaceAll(/\p{C}/gu, "").slice(0, 40), role };
  } catch {
    return null;
  }
}

function namesOf(from, to) {
  if (from.name !== to.name) return { from: from.name, to: to.name };
  return { from: `${from.name} (${from.id})`, to: `${to.name} (${to.id})` };
}

/** Who joined by the demo's login in this tab: {name, token}, or null. */
export function demoIdentity(storage = sessionStorage) {
  return JSON.parse(storage.getItem(DEMO_KEY) ?? "null");
}

/**
 * Joins in the demo: by name, or without one to watch only.
 * @param {string|null} name
 * @returns {Promise<string>} the token; outside the demo a FanfareError with status 404
 */
export async function joinDemo(name) {
  const { token } = await demoLogin(name ?? undefined, "viewer");
  sessionStorage.setItem(DEMO_KEY, JSON.stringify({ name, token }));
  if (name) localStorage.setItem("fanfare.name", name);
  return token;
}

/** Whether a token is of somebody who only watches: who wants to do more is asked for a name. */
export function isGuest(token) {
  const identity = demoIdentity();
  return identity?.token === token && !identity.name;
}

/** A new token instead of one that has run out: possible for the demo's own only, else null. */
export async function renewToken(token) {
  const identity = demoIdentity();
  return identity?.token === token ? joinDemo(identity.name) : null;
}

/** Removes a token that the server refused from wherever this tab keeps it: a reload must not come with it again. */
export function forgetToken(token, storage = sessionStorage) {
  if (demoIdentity(storage)?.token === token) storage.removeItem(DEMO_KEY);
  for (const key of Object.keys(storage)) {
    if (key.startsWith(roomKey("")) && storage.getItem(key) === token) storage.removeItem(key);
  }
}

/** Keeps a token in this tab for one of PAGES. */
export function keepFor(page, token) {
  sessionStorage.setItem(roomKey(page), token);
}

/** Makes one of PAGES, which this tab opens next, the same person's. */
export function takeAlong(token, page) {
  // Who joined by the demo's login is known to all pages, and may change the name in any of them.
  if (demoIdentity()?.token === token) sessionStorage.removeItem(roomKey(page));
  else keepFor(page, token);
}

/** The name that was used last on this device. */
export function lastName() {
  return localStorage.getItem("fanfare.name") ?? "";
}
