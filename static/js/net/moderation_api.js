/** Keeping a room in order, by its streamer and moderators. */

import { post, request } from "./http.js";

const pathOf = (room, kind, id) => `/v1/rooms/${encodeURIComponent(room)}/${kind}/${encodeURIComponent(id)}`;

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
