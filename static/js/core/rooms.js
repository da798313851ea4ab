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

/** The same page by page, each as the server has given it: one more page moves nothing of those before it. */
export function inOrderByPages(rooms, size) {
  const pages = Array.from({ length: Math.ceil(rooms.length / size) }, (_, i) => rooms.slice(i * size, (i + 1) * size));
  return pages.flatMap(inOrder);
}

/**
 * Whether a room is one of those that somebody looks for: by words of its title and its streamer, its id, or its address.
 * @param {{id: string, title: string, streamer: {id: string, name: string}}} room
 * @param {string} wanted
 */
export function isMeant({ id, title, streamer }, wanted) {
  const address = /\/(?:room|video|studio|overlay)\/([\w-]+)/u.exec(wanted);
  if (address) return address[1] === id;
  const known = `${id} ${title} ${streamer.id} ${streamer.name}`.toLowerCase();
  return wanted.toLowerCase().split(/\s+/u).every((word) => known.includes(word));
}
