/** Keeping a room in order, by its streamer and moderators. */

import { post, queryOf, request } from "./http.js";

const roomPath = (room, rest) => `/v1/rooms/${encodeURIComponent(room)}/${rest}`;
const pathOf = (room, kind, id) => roomPath(room, `${kind}/${encodeURIComponent(id)}`);

/** How a room is kept in order now: {settings, mutes, bans, held}. */
export function fetchModeration(token, room) {
  return request(roomPath(room, "moderation"), { token });
}

/** Changes some of its settings: all of them, as they are then. */
export function changeModeration(token, room, change) {
  return post(roomPath(room, "moderation"), change, { token, method: "PATCH" });
}

/** A page of what was done in a room, the newest first: {entries, cursor}. */
export function fetchModerationLog(token, room, cursor) {
  return request(`${roomPath(room, "moderation/log")}?${queryOf({ limit: 20, cursor })}`, { token });
}

/** Posts a comment that waits, or drops it. @param {"approve"|"drop"} decision */
export function decideHeld(token, room, comment, decision) {
  return request(`${pathOf(room, "held", comment)}/${decision}`, { token, method: "POST" });
}

/** Lets somebody speak again, or into the room. @param {"mutes"|"bans"} kind */
export function lift(token, room, kind, user) {
  return request(pathOf(room, kind, user), { token, method: "DELETE" });
}

/** Mutes somebody. */
export function mute(token, room, user, { seconds, reason }) {
  return post(pathOf(room, "mutes", user), { seconds, reason }, { token, method: "PUT" });
}

/** Keeps somebody out of the room. */
export function ban(token, room, user, { reason }) {
  return post(pathOf(room, "bans", user), { reason }, { token, method: "PUT" });
}

/** Takes a comment, or the words of a gift, off every screen. @param {"comments"|"messages"} kind */
export function remove(token, room, kind, id, { reason }) {
  return request(`${pathOf(room, kind, id)}?${new URLSearchParams({ reason })}`, { token, method: "DELETE" });
}
