/** Who gave what on a video, the newest first, and which of it was thanked for. Pure. */

const GIVEN_MAX = 50;

/**
 * @param {object[]} items
 * @param {object} event a room event, or a gift as the room's list has it
 * @returns {object[]} the same array when the event changes nothing
 */
export function applyToGiven(items, event) {
  if (event.type === "shout_out" && event.gift) {
    return items.map((item) => (item.id === event.gift.id ? { ...item, thanked: true } : item));
  }
  if (event.type === "gift_sent" && !items.some(({ id }) => id === event.id)) return [itemOf(event), ...items].slice(0, GIVEN_MAX);
  return items;
}

/**
 * Puts what was read of earlier gifts behind those that came meanwhile; a mark of either stays.
 * @param {object[]} items
 * @param {object[]} earlier gifts as the room's list has them, the newest first
 */
export function withEarlier(items, earlier) {
  const marked = new Set(earlier.filter(({ thanked }) => thanked).map(({ id }) => id));
  const newer = items.map((item) => (marked.has(item.id) ? { ...item, thanked: true } : item));
  const known = new Set(items.map(({ id }) => id));
  return [...newer, ...earlier.filter(({ id }) => !known.has(id)).map(itemOf)].slice(0, GIVEN_MAX);
}

function itemOf({ id, sender, gift, quantity, message, thanked = false }) {
  return { id, sender, gift, quantity, message, thanked };
}
