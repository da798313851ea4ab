/**
 * Words on dear gifts, read out on the overlay: by the server's voice, else by the page's own. One at a time, on a track
 * of their own, and never over a full-screen scene: while one plays, the voice holds.
 */

import { SpokenQueue } from "../core/spoken_queue.js";
import { fetchShoutOutAudio, fetchShoutOuts } from "../net/api.js";
import { avatar } from "./avatar.js";
import { el, text } from "./dom.js";

const TICK_MS = 120;
const RETRY_MS = 5000;
/** Words stand at least this long, heard or not; a voice that never ends is given up. */
const SHOWN_MIN_MS = 3500;
const SPOKEN_MAX_MS = 30_000;

/** The voice of one overlay. */
export class Voice {
  node = el("div.shout-outs.spoken", { role: "status" });
  #queue = new SpokenQueue();
  #isSceneUp;
  #source;
  #silent;
  #ofServer = false;
  #context = null;
  #track = null;
  #timer = null;
  #stop = null;
  #hush = null;

  /**
   * @param {{room: string, token: string, isSceneUp: () => boolean, silent: boolean}} options whether a scene has the
   *   screen; whether this page is to make no sound
   */
  constructor({ room, token, isSceneUp, silent }) {
    this.#source = { room, token };
    this.#isSceneUp = isSceneUp;
    this.#silent = silent;
    this.#ask();
  }

  /** From when on words are read out, and by whom. */
  async #ask() {
    try {
      const { settings, from_coins: coins, voice_of: by } = await fetchShoutOuts(this.#source);
      this.#queue.fromCoins = coins;
      this.#ofServer = by === "server";
      this.follow(settings);
      this.node.dataset.ready = "true";
    } catch (error) {
      // Without a good address there is nothing to be read out, and the line says so.
      if (![401, 403, 404].includes(error.status)) setTimeout(() => this.#ask(), RETRY_MS);
    }
  }

  /** Goes by the room's settings. */
  follow(settings) {
    this.#queue.follow(settings);
    this.node.dataset.approve = String(settings.approve);
    if (!settings.enabled) this.#stop?.();
    if (this.#track) this.#track.gain.value = this.#level;
  }

  /** A gift as the overlay shows it: words that wait for approval are not shown before. @returns {object} */
  shown(event) {
    return this.#queue.settings.approve && this.#queue.isShoutOut(event) ? { ...event, message: undefined } : event;
  }

  /** A gift was sent. */
  push(event) {
    this.#queue.push(event);
    this.#start();
  }

  /** The streamer has decided on the words of a gift. */
  decide(decided) {
    if (this.#queue.decide(decided)) this.#stop?.();
    this.#start();
  }

  get #level() {
    const { volume, muted } = this.#queue.settings;
    return muted || this.#silent ? 0 : volume / 100;
  }

  #start() {
    if (!this.#queue.idle) this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    const held = this.#isSceneUp();
    this.#hold(held);
    const item = held ? null : this.#queue.next();
    if (item) this.#say(item);
    if (!this.#queue.idle) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #hold(held) {
    this.node.dataset.held = String(held);
    if (held) {
      this.#context?.suspend();
      globalThis.speechSynthesis?.pause();
    } else {
      if (this.#context?.state === "suspended") this.#context.resume();
      globalThis.speechSynthesis?.resume();
    }
  }

  async #say(item) {
    const card = cardOf(item);
    this.node.replaceChildren(card);
    const stopped = new Promise((resolve) => { this.#stop = () => resolve("stopped"); });
    const spoken = Promise.all([sleep(SHOWN_MIN_MS), this.#speak(item).catch(() => {})]);
    await Promise.race([stopped, spoken, sleep(SPOKEN_MAX_MS)]);
    this.#stop = null;
    this.#hush?.();
    this.#hush = null;
    card.remove();
    this.#queue.end();
  }

  /** Nothing is fetched for ears that will not hear it. */
  async #speak(item) {
    if (!this.#level) return;
    const bytes = this.#ofServer ? await fetchShoutOutAudio({ ...this.#source, gift: item.id }).catch(() => null) : null;
    if (this.#queue.current !== item) return;
    if (bytes) await this.#play(bytes, item);
    else await this.#speakHere(item);
  }

  async #play(bytes, item) {
    this.#context ??= new AudioContext();
    this.#track ??= this.#newTrack();
    const source = this.#context.createBufferSource();
    source.buffer = await this.#context.decodeAudioData(bytes);
    // It may have been skipped meanwhile.
    if (this.#queue.current !== item) return;
    this.#track.gain.value = this.#level;
    source.connect(this.#track);
    this.#hush = () => source.stop();
    await new Promise((resolve) => {
      source.addEventListener("ended", resolve);
      source.start();
    });
  }

  #newTrack() {
    const track = this.#context.createGain();
    track.connect(this.#context.destination);
    return track;
  }

  #speakHere({ text: words }) {
    const synthesis = globalThis.speechSynthesis;
    if (!synthesis?.getVoices().length) return undefined;
    const utterance = new SpeechSynthesisUtterance(words);
    Object.assign(utterance, { lang: this.#queue.settings.voice, volume: this.#level });
    this.#hush = () => synthesis.cancel();
    return new Promise((resolve) => {
      utterance.addEventListener("end", resolve);
      utterance.addEventListener("error", resolve);
      synthesis.speak(utterance);
    });
  }
}

function sleep(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function cardOf({ id, sender, text: words }) {
  return el("div.shout-out", { "data-testid": "spoken", "data-gift": id },
    el("span.shout-out-face", {}, avatar(sender)),
    el("span.shout-out-words", {},
      el("bdi.shout-out-name", { text: sender.name ?? text("somebody") }),
      el("bdi.shout-out-text", { text: words })));
}
