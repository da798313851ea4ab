/** What the pages say of a room by its kind. Pure. */

/** The path of a room's page. @param {{id: string, kind: string}} room */
export function pathOf({ id, kind }) {
  return `/${kind === "video" ? "video" : "room"}/${encodeURIComponent(id)}`;
}

/** The key of the word for what a room is now. @param {{kind: string, status: string}} room */
export function wordOf({ kind, status }) {
  if (kind === "video") return status === "live" ? "video" : "video_over";
  return status === "live" ? "live" : "offline";
}

/** Whether it is on the air now. @param {{kind: string, status: string}} room */
export function isOnAir({ kind, status }) {
  return kind !== "video" && status === "live";
}

/** For lists: what is on the air first, then what more people watch. @param {object[]} rooms */
export function inOrder(rooms) {
  return [...rooms].sort((a, b) => Number(isOnAir(b)) - Number(isOnAir(a)) || b.viewers - a.viewers);
}
