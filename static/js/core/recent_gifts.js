/** The gifts that were sent last from this device, newest first. Pure apart from the storage that is passed in. */

const RECENT_MAX = 8;

/** A short list of gift ids that outlives the page. */
export class RecentGifts {
  #storage;
  #key;

  /** @param {Storage} storage @param {string} key */
  constructor(storage, key) {
    this.#storage = storage;
    this.#key = key;
    this.ids = read(storage, key);
  }

  /** A gift was sent. */
  add(id) {
    if (this.ids[0] === id) return;
    this.ids = [id, ...this.ids.filter((known) => known !== id)].slice(0, RECENT_MAX);
    try {
      this.#storage.setItem(this.#key, JSON.stringify(this.ids));
    } catch {
      // A full storage costs the next visit its list, nothing more.
    }
  }
}

function read(storage, key) {
  try {
    const ids = JSON.parse(storage.getItem(key) ?? "[]");
    return ids.filter((id) => typeof id === "string").slice(0, RECENT_MAX);
  } catch {
    return [];
  }
}
