/**
 * The lines beside the stage: comments, and one line for each gift or streak, in the order they came.
 * A streak's line counts up in place. Pure.
 */

const FEED_MAX = 80;

/**
 * @param {object[]} items
 * @param {object} event a room event
 * @returns {object[]} the same array when the event changes nothing
 */
export function applyToFeed(items, event) {
  switch (event.type) {
    case "comment_posted":
      return [...items, { key: `c:${event.id}`, kind: "comment", id: event.id, sender: event.sender, text: event.text }].slice(-FEED_MAX);
    case "comment_removed":
      return items.filter((item) => item.key !== `c:${event.id}`);
    case "message_removed":
      return items.map((item) => (item.kind === "gift" && item.id === event.id ? { ...item, text: undefined } : item));
    case "level_up":
      return [...items, { key: `l:${event.offset}`, kind: "level", sender: event.user, level: event.level }].slice(-FEED_MAX);
    case "gift_sent":
      return withGift(items, event);
    default:
      return items;
  }
}

function withGift(items, event) {
  const { sender, gift, streak } = event;
  const key = streak ? `s:${streak.id}` : `g:${event.id}`;
  const line = { key, kind: "gift", id: event.id, sender, gift, count: streak?.count ?? event.quantity, text: event.message };
  if (!items.some((item) => item.key === key)) return [...items, line].slice(-FEED_MAX);
  // What was said with an earlier gift of the streak stays until something else is said.
  return items.map((item) => (item.key === key ? line.text ? line : { ...line, text: item.text, id: item.id } : item));
}
