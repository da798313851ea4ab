/** Tells which promoted cards were in view for a second on end: half a card, on a page that is looked at. */

const VIEW_MS = 1000;
/** What is seen is told in batches, at the latest when the page goes away. */
const TELL_AFTER_MS = 1500;
const BATCH_MAX = 20;

/**
 * @param {(seen: {ticket: string, ms: number}[]) => Promise<unknown>} tell
 * @returns {{watch: (cards: Map<Element, string>) => void}} the cards that there are now, by their tickets
 */
export function mountSeen(tell) {
  const tickets = new Map();
  const timers = new Map();
  const inView = new Set();
  const done = new Set();
  const waiting = [];
  let sending = null;
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      if (isIntersecting && intersectionRatio >= 0.5) inView.add(target);
      else inView.delete(target);
    }
    lookAgain();
  }, { threshold: [0, 0.5] });

  function lookAgain() {
    for (const [card, ticket] of tickets) {
      const seen = inView.has(card) && !document.hidden && !done.has(ticket);
      if (seen && !timers.has(card)) begin(card, ticket);
      else if (!seen) end(card);
    }
  }
  function begin(card, ticket) {
    const sinceMs = performance.now();
    timers.set(card, setTimeout(() => {
      done.add(ticket);
      waiting.push({ ticket, ms: Math.round(performance.now() - sinceMs) });
      sending ??= setTimeout(send, TELL_AFTER_MS);
    }, VIEW_MS));
  }
  function end(card) {
    clearTimeout(timers.get(card));
    timers.delete(card);
  }
  function send() {
    clearTimeout(sending);
    sending = null;
    const batch = waiting.splice(0, BATCH_MAX);
    // What could not be told is not counted: nobody pays for it.
    if (batch.length) tell(batch).catch(() => null);
    if (waiting.length) send();
  }
  document.addEventListener("visibilitychange", () => {
    lookAgain();
    if (document.hidden) send();
  });
  addEventListener("pagehide", send);
  return {
    watch(cards) {
      for (const card of tickets.keys()) {
        if (cards.has(card)) continue;
        end(card);
        inView.delete(card);
        observer.unobserve(card);
        tickets.delete(card);
      }
      for (const [card, ticket] of cards) {
        if (!tickets.has(card)) observer.observe(card);
        tickets.set(card, ticket);
      }
    },
  };
}
