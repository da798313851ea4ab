// The stage: one canvas, one loop of animation frames that runs only while something plays. Time comes in
// from outside (the frame's own stamp), so a test can drive it by hand. It never decides what is
// played when: that is the queue's work.
import {Budget} from "./budget.js";
import {card} from "./card.js";
import {FlashGovernor} from "./flash.js";
import {giftImage} from "./icons.js";
import {ParticlePool} from "./particles.js";
import {isSmall, recipeOf} from "./recipes.js";
import {Show} from "./show.js";
import {rasterise} from "./vector.js";

/** The canvas never has more pixels than a 1080p picture: more costs too much in software. */
const PIXELS_MAX = 1920 * 1080;
const RATIO_MAX = 2;
/** A page in the background draws nothing, so that what it was given piles up; more than this is not kept. */
const ACTS_MAX = 24;

/**
 * A gift to play.
 * @typedef {{giftId: string, quantity?: number, count?: number, sender?: {name: string|null}, seed?: string|number,
 *   animation?: string, tier?: string, onlookers?: string[], pace?: number, seconds?: number}} Gift
 *   animation: the catalogue's recipe name; tier: what it plays like when neither that nor its id is known;
 *   onlookers: the room's top gifters, by name; pace: how many times as fast as usual it plays;
 *   seconds: how long it plays at a pace of 1, where that is not the recipe's own time
 */

export class Stage {
  #canvas;
  #acts = [];
  #loop = 0;
  #lastMs = null;
  #clockMs = 0;
  #paused = false;
  #resizer = null;
  #resolution = 1;
  #governor;
  #manual;
  #intervalMs;

  /**
   * @param {HTMLCanvasElement} canvas sized by the page's CSS
   * @param {{motion?: 'full'|'reduce', fps?: number, manual?: boolean, share?: number, governor?: FlashGovernor,
   *   cue?: (name: string) => void, foot?: () => number}} [options]
   *   fps: frames a second at most; manual: no loop, the caller calls frame(); share: pins the particle budget, 0 to 1;
   *   cue: told when a scene reaches the page around it: 'shake' (ignition, a landing), 'ripple' (a roar), 'horn';
   *   foot: how much of the picture's lower edge the page covers, px: what is written stays above it
   */
  constructor(canvas, {motion = "full", fps = 60, manual = false, share, governor = new FlashGovernor(),
    cue = () => {}, foot = () => 0} = {}) {
    this.#canvas = canvas;
    this.#manual = manual;
    this.#governor = governor;
    this.#intervalMs = 1000 / fps;
    this.motion = motion;
    this.cue = cue;
    this.foot = foot;
    this.ctx = canvas.getContext("2d");
    this.pool = new ParticlePool();
    this.budget = new Budget({fps, pinned: share});
    this.#resizer = new ResizeObserver(() => this.#resize());
    this.#resizer.observe(canvas);
    this.#resize();
  }

  /** Whether anything plays or is about to. */
  get busy() {
    return this.#acts.length > 0;
  }

  /** The share of the particles that may be drawn now, 0 to 1. */
  get share() {
    return this.budget.share;
  }

  /**
   * A gift that will be played: what it needs is loaded until its turn comes.
   * @param {Gift} gift
   */
  announce(gift) {
    if (this.motion !== "reduce") recipeOf(gift);
  }

  /**
   * Plays a gift. Several may play at once; which, the caller decides.
   * @param {Gift} gift
   * @param {{onBegin?: () => void}} [options] onBegin: told when its first frame is drawn
   * @returns {Promise<void>} resolved when it has ended, or was cleared
   */
  play(gift, {onBegin = () => {}} = {}) {
    const still = this.motion === "reduce";
    // Without motion a small gift has its ribbon; it takes no card away from one that is being read.
    if (still && this.busy && isSmall(gift)) return Promise.resolve();
    if (this.#acts.length >= ACTS_MAX) return Promise.resolve();
    return new Promise((resolve) => {
      const act = {gift, recipe: null, onBegin, resolve, show: null, state: null, beganMs: null, over: false};
      this.#acts.push(act);
      this.#prepare(act).then(() => this.#wake(), (error) => {
        this.#finish(act);
        reportError(error);
      });
    });
  }

  /** Ends everything now and leaves the canvas empty. */
  clear() {
    for (const act of this.#acts) this.#finish(act);
    this.#wipe();
  }

  /** Holds the picture still; time inside does not go on. */
  pause() {
    this.#paused = true;
    cancelAnimationFrame(this.#loop);
    this.#loop = 0;
  }

  /** Goes on where it was held. */
  resume() {
    this.#paused = false;
    this.#lastMs = null;
    this.#wake();
  }

  /** Ends everything and lets go of the page. */
  destroy() {
    this.clear();
    this.pause();
    this.#resizer.disconnect();
  }

  /** Asks the governor for one flash of the whole picture, now. */
  askFlash() {
    return this.#governor.allow(this.#clockMs);
  }

  /**
   * Draws one frame. The loop calls it; a test may, with times of its own.
   * @param {number} nowMs
   */
  frame(nowMs) {
    const stepMs = this.#lastMs === null ? 0 : Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (this.#paused) return;
    this.#clockMs += stepMs;
    if (!this.#manual) this.budget.sample(stepMs);
    if (this.budget.resolution !== this.#resolution) this.#resize();
    this.#wipe();
    for (const act of this.#acts) if (act.show) this.#draw(act);
  }

  /** Resolves when all gifts given to play() so far can be drawn. */
  async ready() {
    await Promise.allSettled(this.#acts.map((act) => act.prepared));
  }

  #prepare(act) {
    const load = async () => {
      act.recipe = this.motion === "reduce" ? card : await recipeOf(act.gift);
      const px = Math.min(this.width, this.height) * 0.4 * this.scale;
      const parts = new Map();
      const wanted = Object.entries(act.recipe.parts?.(this) ?? {});
      await Promise.all([
        giftImage(act.gift.giftId, Math.min(512, Math.max(96, px))).then((image) => parts.set("icon", image)),
        ...wanted.map(async ([name, {art, width}]) => parts.set(name,
          await part(art, Math.min(1600, width * this.scale)))),
      ]);
      if (act.over) return;
      act.show = new Show(this, act.gift, parts);
      act.state = act.recipe.build(act.show);
    };
    act.prepared = load();
    return act.prepared;
  }

  #draw(act) {
    if (act.beganMs === null) {
      act.beganMs = this.#clockMs;
      act.onBegin();
    }
    const {pace = 1, seconds} = act.gift;
    const t = ((this.#clockMs - act.beganMs) / 1000) * pace * (seconds ? act.recipe.durationS / seconds : 1);
    if (t >= act.recipe.durationS) {
      this.#finish(act);
      return;
    }
    this.ctx.save();
    try {
      act.recipe.draw(act.show, act.state, t);
    } catch (error) {
      // One broken picture must not stop the others; it is reported, and its gift counts as played.
      this.#finish(act);
      reportError(error);
    }
    this.ctx.restore();
  }

  #finish(act) {
    if (act.over) return;
    act.over = true;
    act.show?.end();
    this.#acts = this.#acts.filter((other) => other !== act);
    act.resolve();
  }

  #wipe() {
    this.ctx.setTransform(1, 0, 0, 1, 0, 0);
    this.ctx.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    this.ctx.setTransform(this.scale, 0, 0, this.scale, 0, 0);
  }

  #wake() {
    if (this.#manual || this.#paused || this.#loop || !this.busy) return;
    this.#lastMs = null;
    const next = (nowMs) => {
      this.#loop = 0;
      // A little slack, since displays do not tick exactly.
      if (this.#lastMs === null || nowMs - this.#lastMs >= this.#intervalMs - 3) this.frame(nowMs);
      if (this.busy && !this.#paused) this.#loop = requestAnimationFrame(next);
    };
    this.#loop = requestAnimationFrame(next);
  }

  #resize() {
    const width = this.#canvas.clientWidth || this.#canvas.width;
    const height = this.#canvas.clientHeight || this.#canvas.height;
    const moved = width !== this.width || height !== this.height;
    this.#resolution = this.budget.resolution;
    this.width = width;
    this.height = height;
    this.rtl = getComputedStyle(this.#canvas).direction === "rtl";
    const ratio = Math.min(globalThis.devicePixelRatio || 1, RATIO_MAX) * this.#resolution;
    this.scale = Math.min(ratio, Math.sqrt(PIXELS_MAX / Math.max(1, width * height)));
    this.#canvas.width = Math.max(1, Math.round(width * this.scale));
    this.#canvas.height = Math.max(1, Math.round(height * this.scale));
    this.#wipe();
    if (!moved) return;
    for (const act of this.#acts) {
      if (!act.show) continue;
      act.show.restart();
      act.state = act.recipe.build(act.show);
    }
  }
}

const made = new Map();
const PARTS_MAX = 48;

/** A scene's drawing as pixels, kept by its width; widths come in steps, so that few are kept. */
function part(art, width) {
  const px = Math.max(64, Math.ceil(width / 64) * 64);
  const key = `${px}:${art.body}`;
  if (!made.has(key)) {
    if (made.size >= PARTS_MAX) made.delete(made.keys().next().value);
    const pixels = rasterise(art, px, (px * art.h) / art.w);
    pixels.catch(() => made.delete(key));
    made.set(key, pixels);
  }
  return made.get(key);
}
