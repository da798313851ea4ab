/**
 * Who this page is: a token from the address's fragment (given by the platform), or from the demo's login.
 * A token never stays in the address bar, and is kept for this tab only, so that a reload needs no new one.
 */

import { demoLogin } from "./api.js";

const DEMO_KEY = "fanfare.demo";

function roomKey(roomId) {
  return `fanfare.token.${roomId}`;
}

/**
 * The token of this tab for a room, or null.
 * @param {string} roomId
 * @param {{location?: Location, history?: History, storage?: Storage}} [page] parts of the browser, for tests
 */
export function takeToken(roomId, { location = window.location, history = window.history, storage = sessionStorage } = {}) {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    storage.setItem(roomKey(roomId), given);
    history.replaceState(history.state, "", location.pathname + location.search);
    return given;
  }
  return storage.getItem(roomKey(roomId)) ?? demoIdentity(storage)?.token ?? null;
}

/** Who joined by the demo's login in this tab: {name, token}, or null. */
export function demoIdentity(storage = sessionStorage) {
  return JSON.parse(storage.getItem(DEMO_KEY) ?? "null");
}

/**
 * Joins in the demo: by name, or without one to watch only.
 * @param {string|null} name
 * @returns {Promise<string>} the token; outside the demo an ApiError with status 404
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

/** The name that was used last on this device. */
export function lastName() {
  return localStorage.getItem("fanfare.name") ?? "";
}
