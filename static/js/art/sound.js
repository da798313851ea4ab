// The sounds: made in code with Web Audio, all tuned to one scale, so that any two gifts together are a
// chord. Few at once and never louder than the ceiling; before the page was touched it stays silent.
import {SOUND_OF, TUNES} from "./tunes.js";
import {chance} from "./kit.js";

/** How many sounds may be heard at once; one more fades the oldest out. */
export const VOICES_MAX = 6;
/** The loudest sample that leaves us: -14 dBFS. */
export const CEILING = 10 ** (-14 / 20);
const FADE_S = 0.04;

export class Sounds {
  #context;
  #bus = null;
  #volume = null;
  #noise = null;
  #voices = [];
  #muted = false;
  #level;

  /**
   * @param {{volume?: number, context?: BaseAudioContext}} [options] volume 0 to 1; context: for tests, one that renders offline
   */
  constructor({volume = 0.8, context = null} = {}) {
    this.#level = Math.min(1, Math.max(0, volume));
    this.#context = context;
    if (context) this.#build();
  }

  /** How many sounds are heard now. */
  get voices() {
    return this.#voices.filter((voice) => voice.end > (this.#context?.currentTime ?? 0)).length;
  }

  /** Call it in the first tap or key press of a page, and at once in an overlay, where sound is allowed. */
  unlock() {
    if (!this.#context) {
      const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
      if (!Context) return;
      this.#context = new Context();
      this.#build();
    }
    // Refused without a gesture: then it stays silent, and the next tap tries again.
    if (this.#context.state === "suspended") this.#context.resume?.().catch(() => {});
  }

  /**
   * Plays a gift's sound.
   * @param {string} name a gift's id, or a sound recipe of the catalogue
   * @param {{streakCount?: number, gain?: number}} [options] a growing streak climbs the scale; gain: 0 to 1
   * @returns {boolean} whether it is heard
   */
  play(name, {streakCount = 1, gain = 1} = {}) {
    const tune = TUNES.get(name) ?? TUNES.get(SOUND_OF.get(name)) ?? TUNES.get("chime");
    if (!this.#context || this.#muted || !this.#running()) return false;
    const now = this.#context.currentTime + 0.01;
    this.#voices = this.#voices.filter((voice) => voice.end > now);
    while (this.#voices.length >= VOICES_MAX) this.#hush(this.#voices.shift(), now);
    const out = this.#context.createGain();
    out.gain.value = gain;
    out.connect(this.#bus);
    const voice = new Voice(this.#context, out, this.#noise, now);
    tune(voice, Math.max(0, Math.floor(streakCount) - 1));
    this.#voices.push(voice);
    return true;
  }

  /** How loud all of it is, 0 to 1. */
  setVolume(level) {
    this.#level = Math.min(1, Math.max(0, level));
    this.setMuted(this.#muted);
  }

  /** Silences everything, or lets it be heard again. */
  setMuted(muted) {
    this.#muted = Boolean(muted);
    if (this.#volume) this.#volume.gain.setTargetAtTime(this.#muted ? 0 : this.#level, this.#context.currentTime,
      0.02);
  }

  #running() {
    return this.#context.state === "running" || "startRendering" in this.#context;
  }

  #hush(voice, now) {
    voice.out.gain.setTargetAtTime(0, now, FADE_S / 3);
    voice.stop(now + FADE_S);
  }

  #build() {
    const context = this.#context;
    this.#bus = context.createDynamicsCompressor();
    for (const [name, value] of Object.entries({threshold: -22, knee: 10, ratio: 12, attack: 0.003,
      release: 0.2})) this.#bus[name].value = value;
    // The compressor makes up for what it takes away, so it alone is no ceiling: the curve is.
    const ceiling = context.createWaveShaper();
    ceiling.curve = Float32Array.from({length: 2049}, (_, i) => CEILING * Math.tanh(((i - 1024) / 1024) * 2.2));
    this.#volume = context.createGain();
    this.#volume.gain.value = this.#muted ? 0 : this.#level;
    this.#bus.connect(ceiling).connect(this.#volume).connect(context.destination);
    this.#noise = context.createBuffer(1, context.sampleRate, context.sampleRate);
    const random = chance("noise");
    const samples = this.#noise.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) samples[i] = random(-1, 1);
  }
}

/** One sound while it is heard: what the tunes are written with. Times in s from its beginning. */
class Voice {
  #sources = [];

  constructor(context, out, noise, begin) {
    this.context = context;
    this.out = out;
    this.noise = noise;
    this.begin = begin;
    this.end = begin;
  }

  /** A tone that swells and fades; it may glide to another pitch. Frequencies in Hz. */
  tone({hz, at = 0, lasts = 0.4, shape = "sine", gain = 0.3, attack = 0.006, to = hz, detune = 0, cut = 0}) {
    // The overtones of a long streak climb higher than this context can sound.
    if (hz > this.context.sampleRate / 2) return;
    const source = this.context.createOscillator();
    const begin = this.begin + at;
    source.type = shape;
    source.detune.value = detune;
    source.frequency.setValueAtTime(hz, begin);
    if (to !== hz) source.frequency.exponentialRampToValueAtTime(to, begin + lasts);
    this.#shape(source, {begin, lasts, gain, attack, filter: cut ? {type: "lowpass", hz: cut, to: cut,
      q: 0.7} : null});
  }

  /** Breath, wind, water, fire: noise through a filter that may move. */
  hiss({at = 0, lasts = 0.5, gain = 0.3, attack = 0.01, type = "bandpass", hz = 1000, to = hz, q = 1}) {
    const source = this.context.createBufferSource();
    source.buffer = this.noise;
    source.loop = true;
    this.#shape(source, {begin: this.begin + at, lasts, gain, attack, filter: {type, hz, to, q}});
  }

  /** Ends all that sounds at a time of the context. */
  stop(when) {
    for (const source of this.#sources) source.stop(when);
    this.end = Math.min(this.end, when);
  }

  #shape(source, {begin, lasts, gain, attack, filter}) {
    const level = this.context.createGain();
    level.gain.setValueAtTime(0.0001, begin);
    level.gain.exponentialRampToValueAtTime(gain, begin + Math.min(attack, lasts * 0.9));
    level.gain.exponentialRampToValueAtTime(0.0001, begin + lasts);
    let node = source;
    if (filter) {
      const sieve = this.context.createBiquadFilter();
      sieve.type = filter.type;
      sieve.Q.value = filter.q;
      sieve.frequency.setValueAtTime(filter.hz, begin);
      if (filter.to !== filter.hz) sieve.frequency.exponentialRampToValueAtTime(filter.to, begin + lasts);
      node = source.connect(sieve);
    }
    node.connect(level).connect(this.out);
    source.start(begin);
    source.stop(begin + lasts + 0.02);
    this.#sources.push(source);
    this.end = Math.max(this.end, begin + lasts);
  }
}
