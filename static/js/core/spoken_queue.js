/** Which words are read out, in what order: those of dear gifts as they come, or each when it was approved. Pure. */

const WAITING_MAX = 20;

/** The words that wait for one page. */
export class SpokenQueue {
  settings = { enabled: true, approve: false, voice: "en", volume: 80, muted: false };
  /** What a gift costs at least; nothing is read out before that is known. */
  fromCoins = Infinity;
  current = null;
  #waiting = [];

  /** Whether nothing is read out, nor will be. */
  get idle() {
    return !this.current && !this.#waiting.length;
  }

  /** Goes by other settings; turned off, nothing waits any more. */
  follow(settings) {
    this.settings = settings;
    if (!settings.enabled) this.#waiting = [];
  }

  /** Whether a gift's words are to be read out. @param {object} event a gift_sent */
  isShoutOut({ coins, message }) {
    return Boolean(message) && this.settings.enabled && coins >= this.fromCoins;
  }

  /** A gift was sent. @param {object} event */
  push(event) {
    if (this.isShoutOut(event) && !this.settings.approve) this.#add({ id: event.id, sender: event.sender, text: event.message });
  }

  /**
   * The streamer has decided.
   * @param {{gift: string, decision: string, sender: object|null, text: string}} decided
   * @returns {boolean} whether what is read out now is to stop
   */
  decide({ gift: id, decision, sender, text }) {
    if (decision === "skip") {
      this.#waiting = this.#waiting.filter((item) => item.id !== id);
      return this.current?.id === id;
    }
    this.#add({ id, sender: sender ?? { id: null, name: null }, text });
    return false;
  }

  /** The next words, which are the current ones until `end`; null while others are, or where there are none. */
  next() {
    if (this.current) return null;
    this.current = this.#waiting.shift() ?? null;
    return this.current;
  }

  /** The current ones are over. */
  end() {
    this.current = null;
  }

  #add(item) {
    const known = this.current?.id === item.id || this.#waiting.some(({ id }) => id === item.id);
    if (this.settings.enabled && !known && this.#waiting.length < WAITING_MAX) this.#waiting.push(item);
  }
}
