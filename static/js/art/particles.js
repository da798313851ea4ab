// Particles: one pool of typed arrays for the whole stage. A particle is written once, with its birth and
// its course; where it is at any time follows from that alone. So a late frame or a pause changes nothing,
// the same seed gives the same picture, and nothing is allocated while playing.
import {sprite} from "./sprites.js";

/** How many particles the stage holds at most, all acts together. */
export const PARTICLES_MAX = 2400;
/** Lights are given by the size they seem to have: their halo is wider than that. */
const HALO = {glow: 1.7, star: 1.7, haze: 1.5};
const COLUMNS = ["at", "x", "y", "vx", "vy", "gravity", "drag", "life", "size", "grow", "turn", "spin", "alpha",
  "twinkle", "rank"];

export class ParticlePool {
  #free = [];

  constructor() {
    this.picture = new Uint16Array(PARTICLES_MAX);
    for (const name of COLUMNS) this[name] = new Float32Array(PARTICLES_MAX);
    this.#free = Array.from({length: PARTICLES_MAX}, (_, i) => PARTICLES_MAX - 1 - i);
  }

  /** How many particles are taken by acts now. */
  get taken() {
    return PARTICLES_MAX - this.#free.length;
  }

  /** One free place, or -1 when the pool is used up. */
  take() {
    return this.#free.length ? this.#free.pop() : -1;
  }

  /** Gives places back. */
  give(places) {
    for (const place of places) this.#free.push(place);
  }
}

/**
 * A particle's course. Lengths in px, times in s since the act began, angles in radians.
 * @typedef {{at?: number, x: number, y: number, vx?: number, vy?: number, gravity?: number, drag?: number, life?: number,
 *   size?: number, grow?: number, turn?: number, spin?: number, alpha?: number, twinkle?: number, kind?: string, color?: string}} Course
 */

/** The particles of one layer of one act. */
export class Field {
  #pool;
  #random;
  #places = [];
  #pictures = [];

  /** @param {ParticlePool} pool @param {() => number} random @param {boolean} bright added to what is below, like light */
  constructor(pool, random, bright) {
    this.#pool = pool;
    this.#random = random;
    this.bright = bright;
  }

  /**
   * Adds a particle; when the pool is used up there is silently one less.
   * @param {Course} course
   */
  add({at = 0, x, y, vx = 0, vy = 0, gravity = 0, drag = 0, life = 1, size = 8, grow = 1, turn = 0, spin = 0,
    alpha = 1, twinkle = 0, kind = "glow", color = "#ffffff"}) {
    const rank = this.#random();
    const place = this.#pool.take();
    if (place < 0) return;
    const course = {at, x, y, vx, vy, gravity, drag, life, size: size * (HALO[kind] ?? 1), grow, turn, spin, alpha,
      twinkle, rank};
    for (const name of COLUMNS) this.#pool[name][place] = course[name];
    const picture = sprite(kind, color);
    let index = this.#pictures.indexOf(picture);
    if (index < 0) index = this.#pictures.push(picture) - 1;
    this.#pool.picture[place] = index;
    this.#places.push(place);
  }

  /**
   * Draws those alive now.
   * @param {CanvasRenderingContext2D} ctx
   * @param {number} t in s since the act began
   * @param {number} share how many of them may be drawn, 0 to 1
   */
  draw(ctx, t, share = 1) {
    const pool = this.#pool;
    const before = ctx.getTransform();
    ctx.save();
    if (this.bright) ctx.globalCompositeOperation = "lighter";
    const alphaBase = ctx.globalAlpha;
    for (const i of this.#places) {
      const age = t - pool.at[i];
      const life = pool.life[i];
      if (age < 0 || age >= life || pool.rank[i] > share) continue;
      const k = age / life;
      let alpha = pool.alpha[i] * Math.min(1, k * 12) * (k > 0.55 ? (1 - k) / 0.45 : 1);
      if (pool.twinkle[i]) alpha *= 0.6 + 0.4 * Math.sin(age * pool.twinkle[i] + pool.rank[i] * 40);
      if (alpha < 0.01) continue;
      const drag = pool.drag[i];
      const far = drag ? (1 - Math.exp(-drag * age)) / drag : age;
      const x = pool.x[i] + pool.vx[i] * far;
      const y = pool.y[i] + pool.vy[i] * far + 0.5 * pool.gravity[i] * age * age;
      const size = pool.size[i] * (1 + (pool.grow[i] - 1) * k);
      ctx.globalAlpha = alphaBase * alpha;
      const turn = pool.turn[i] + pool.spin[i] * age;
      const picture = this.#pictures[pool.picture[i]];
      if (turn) {
        ctx.translate(x, y);
        ctx.rotate(turn);
        ctx.drawImage(picture, -size / 2, -size / 2, size, size);
        ctx.setTransform(before);
      } else {
        ctx.drawImage(picture, x - size / 2, y - size / 2, size, size);
      }
    }
    ctx.restore();
  }

  /** Gives all its particles back to the pool. */
  free() {
    this.#pool.give(this.#places);
    this.#places = [];
  }
}
