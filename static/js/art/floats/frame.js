// What all floats share: how many there are, when each begins, the trail it leaves, and that it fades at last.
import {TAU, clamp, envelope, overshoot, span, stamp} from "../kit.js";

const FLOATERS_MAX = 7;
const APART_S = 0.24;
const LIFE_S = 3.3;
const GRAINS = 80;

/**
 * One of the icons that float.
 * @typedef {{i: number, many: number, begin: number, life: number, base: number, size: number, phase: number, pace: number}} Floater
 *   begin and life in s; base: how far from the start side, px; phase and pace: chance, for what swings
 */

/**
 * Where an icon is when k of its life is over, 0 to 1.
 * @typedef {{x: number, y: number, turn?: number, wide?: number, tall?: number}} Pose x from the start side, px
 */

/**
 * A float, by how it moves.
 * @param {object} motion
 * @param {(k: number, one: Floater, show: import('../show.js').Show) => Pose} motion.pose
 * @param {string[]} motion.colors of its trail
 * @param {string[]} [motion.kinds] of its trail
 * @param {(view: object) => object} [motion.parts] drawings beside the icon
 * @param {(field: import('../particles.js').Field, one: Floater, show: object) => void} [motion.dress] more particles
 * @param {(show: object, one: Floater, at: Pose, k: number) => void} [motion.under] drawn below the icon
 * @param {(show: object, one: Floater, at: Pose, k: number) => void} [motion.icon] draws it, where the icon alone will not do
 * @returns {import('../recipes.js').Recipe}
 */
export function floating({pose, colors, kinds = ["star", "glow"], parts, dress = () => {}, under = () => {},
  icon = plain}) {
  return {
    durationS: 3.5,
    parts,
    build(show) {
      const trail = show.field(true);
      const floaters = floatersOf(show);
      for (const one of floaters) {
        leave(trail, one, show, {pose, colors, kinds});
        dress(trail, one, show);
      }
      return {floaters, trail};
    },
    draw(show, {floaters, trail}, t) {
      for (const one of floaters) {
        const k = span(t, one.begin, one.begin + one.life);
        if (k > 0 && k < 1) under(show, one, pose(k, one, show), k);
      }
      show.draw(trail, t);
      for (const one of floaters) {
        const k = span(t, one.begin, one.begin + one.life);
        if (k > 0 && k < 1) icon(show, one, pose(k, one, show), k);
      }
    },
  };
}

/** How well an icon is seen when k of its life is over. */
export const seenAt = (k) => envelope(k, 0, 0.05, 0.78, 1);

/** How large it is then: it pops in, and shrinks a little as it goes. */
export const sizeAt = (k) => overshoot(span(k, 0, 0.12)) * (1 - 0.25 * span(k, 0.8, 1));

function plain(show, one, {x, y, turn = 0, wide = 1, tall = 1}, k) {
  const size = one.size * sizeAt(k);
  stamp(show.ctx, show.parts.get("icon"), show.fromStart(x), y, size * wide, size * tall, {turn, alpha: seenAt(k)});
}

function floatersOf({u, quantity, random}) {
  const many = clamp(quantity, 1, FLOATERS_MAX);
  return Array.from({length: many}, (_, i) => ({i, many, begin: i * APART_S,
    life: many > 1 ? LIFE_S - FLOATERS_MAX * 0.18 : LIFE_S, base: u * (8 + ((i * 5) % 11) + random(0, 2)),
    size: u * (many > 1 ? random(8, 10) : 13), phase: random(0, TAU), pace: random(0.85, 1.15)}));
}

function leave(trail, one, show, {pose, colors, kinds}) {
  const {u, random} = show;
  const grains = Math.floor(GRAINS / Math.sqrt(one.many));
  for (let j = 0; j < grains; j += 1) {
    const k = (j + random(0, 1)) / grains;
    const {x, y} = pose(k, one, show);
    trail.add({at: one.begin + k * one.life, x: show.fromStart(x + random(-1, 1) * one.size * 0.32),
      y: y + one.size * random(0, 0.45), vx: u * random(-2, 2), vy: u * random(1, 6), life: random(0.6, 1.5),
      size: u * random(1, 3.2), grow: 0.2, twinkle: random(8, 18), kind: kinds[j % kinds.length],
      color: colors[Math.floor(random(0, colors.length))]});
  }
}
