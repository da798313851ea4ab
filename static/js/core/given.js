/** Who gave what on a video, the newest first, and which of it was thanked for. Pure. */

const GIVEN_MAX = 50;

/**
 * @param {object[]} items
 * @param {object} event a room event
 * @returns {object[]} the same array when the event changes nothing
 */
export function applyToGiven(items, event) {
  if (event.type === "gift_sent" && !items.some(({ id }) => id === event.id)) {
    const { id, sender, gift, quantity, message } = event;
    return [{ id, sender, gift, quantity, message, thanked: false }, ...items].slice(0, GIVEN_MAX);
  }
  return items;
}
