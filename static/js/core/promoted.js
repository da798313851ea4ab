/** Where promoted rooms stand among the others, and what their buyers are told of them. Pure. */

/** Of the cards, these are promoted rooms' where there are some. */
const PLACES = [0, 3];

/**
 * Puts the promoted rooms in their places; none of them stands there twice.
 * @param {{id: string}[]} rooms
 * @param {{room: {id: string}, ticket: string}[]} places
 * @returns {{room: object, ticket: string|null}[]}
 */
export function withPromoted(rooms, places) {
  const promoted = new Set(places.map(({ room }) => room.id));
  const known = new Map(rooms.map((room) => [room.id, room]));
  const cards = rooms.filter(({ id }) => !promoted.has(id)).map((room) => ({ room, ticket: null }));
  for (const [i, { room, ticket }] of places.entries()) {
    // The list is newer than the place.
    cards.splice(PLACES[i] ?? cards.length, 0, { room: known.get(room.id) ?? room, ticket });
  }
  return cards;
}

/** How much of a promotion was delivered, from 0 to 1. */
export function shareOf({ delivered, impressions }) {
  return Math.min(1, delivered / impressions);
}

/**
 * How a promotion stands, and what is to be said with it: until when it runs, and how many coins came back.
 * @param {{status: string, why: string, returned: number, ends_ms: number}} promotion
 */
export function standOf({ status, why, returned, ends_ms: endsMs }) {
  if (status === "asked") return { stand: "asked" };
  if (status === "running") return { stand: "running", untilMs: endsMs };
  return { stand: why, back: status === "returning" ? null : returned };
}

/**
 * The parts of a promotion's time, joined until there is room for a bar each.
 * @param {{at_ms: number, impressions: number, visits: number, gifts: number}[]} points
 * @param {number} most
 * @returns {{atMs: number, impressions: number, visits: number, gifts: number}[]}
 */
export function joinedPoints(points, most) {
  const step = Math.max(1, Math.ceil(points.length / most));
  const joined = [];
  for (let i = 0; i < points.length; i += step) {
    const some = points.slice(i, i + step);
    const sum = (name) => some.reduce((all, point) => all + point[name], 0);
    joined.push({ atMs: some[0].at_ms, impressions: sum("impressions"), visits: sum("visits"), gifts: sum("gifts") });
  }
  return joined;
}
