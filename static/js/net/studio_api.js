/** The routes by which a streamer runs a room. */

import { post, request } from "./http.js";

/** One room's routes, with its streamer's token. */
export class StudioApi {
  #base;
  #token;

  /** @param {string} room @param {string} token */
  constructor(room, token) {
    this.#base = `/v1/rooms/${encodeURIComponent(room)}`;
    this.#token = token;
  }

  /** Sets what the overlays go by, all of it: {version, settings}. */
  putOverlay(settings) {
    return post(`${this.#base}/overlay`, settings, { method: "PUT", token: this.#token });
  }

  /** pause, resume, skip, replay, clear, or a test of a gift or a storm. */
  command(command, more = {}) {
    return post(`${this.#base}/overlay/commands`, { command, ...more }, { token: this.#token });
  }

  /** An address of the overlay: {path, token, expires_ms}. */
  fetchAddress() {
    return request(`${this.#base}/overlay/address`, { token: this.#token });
  }

  /** Ends all addresses; a new one. */
  rotate() {
    return request(`${this.#base}/overlay/rotate`, { method: "POST", token: this.#token });
  }

  /** The overlays that are connected now. */
  async fetchSources() {
    return (await request(`${this.#base}/overlay/sources`, { token: this.#token })).sources;
  }

  /** What the room's boards go by: coins or gifts. */
  async fetchBoardChoice() {
    return (await request(`${this.#base}/leaderboard?limit=1`)).by;
  }

  /** Chooses it. */
  putBoardChoice(by) {
    return post(`${this.#base}/leaderboard`, { by }, { method: "PUT", token: this.#token });
  }

  /** Thanks for a gift, before the whole room. */
  thank(gift) {
    return post(`${this.#base}/thanks`, { gift }, { token: this.#token });
  }

  /** Sets how words on gifts are read out. */
  putShoutOuts(settings) {
    return post(`${this.#base}/shout-outs`, settings, { method: "PUT", token: this.#token });
  }

  /** approve, skip or replay the words on a gift. */
  decideShoutOut(gift, decision) {
    return request(`${this.#base}/shout-outs/${encodeURIComponent(gift)}/${decision}`, { method: "POST", token: this.#token });
  }

  /** Sets the room's goal. */
  putGoal(goal) {
    return post(`${this.#base}/goal`, goal, { method: "PUT", token: this.#token });
  }

  /** Clears it. */
  clearGoal() {
    return request(`${this.#base}/goal`, { method: "DELETE", token: this.#token });
  }

  /** Takes back what somebody said. */
  removeComment(id) {
    return request(`${this.#base}/comments/${encodeURIComponent(id)}`, { method: "DELETE", token: this.#token });
  }
}
