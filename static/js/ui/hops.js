/**
 * How the picture of a small gift comes into its ribbon: each in a way of its own. Keyframes and their time in ms;
 * lengths in parts of the picture, so that they hold in every size; --ahead is 1, or -1 where people read to the left.
 */

import { byCatalogueName } from "../art/names.js";

const SOFT = "cubic-bezier(.2,.9,.25,1.2)";

/** For whatever has no way of its own. */
const hop = {
  ms: 420,
  frames: [{ translate: "0 70%", scale: 0.3 }, { translate: "0 -30%", scale: 1.15 }, { translate: "0 0", scale: 1 }],
  easing: SOFT,
};

const HOPS = byCatalogueName({
  /** A bud that turns as it opens, and nods. */
  rose: {
    ms: 900,
    frames: [
      { rotate: "-200deg", scale: 0.15, opacity: 0 },
      { rotate: "18deg", scale: 1.12, opacity: 1, offset: 0.6 },
      { rotate: "-7deg", scale: 1, offset: 0.8 },
      { rotate: "0deg", scale: 1 },
    ],
    easing: "ease-out",
  },
  /** Three claps. */
  applause: {
    ms: 900,
    frames: [
      { scale: "0.3 0.3", rotate: "-10deg" },
      ...[0.18, 0.42, 0.66].flatMap((at) => [
        { scale: "1.22 0.96", rotate: "-4deg", offset: at },
        { scale: "0.7 1.14", rotate: "5deg", offset: at + 0.1 },
      ]),
      { scale: "1 1", rotate: "0deg" },
    ],
    easing: "ease-in-out",
  },
  /** It strikes, goes dark, strikes again and stays. */
  spark: {
    ms: 760,
    frames: [
      { scale: 0, rotate: "-180deg", opacity: 0 },
      { scale: 1.6, rotate: "-90deg", opacity: 1, offset: 0.16 },
      { scale: 0.4, rotate: "-60deg", opacity: 0.3, offset: 0.34 },
      { scale: 1.4, rotate: "-20deg", opacity: 1, offset: 0.56 },
      { scale: 0.85, rotate: "6deg", opacity: 0.8, offset: 0.74 },
      { scale: 1, rotate: "0deg", opacity: 1 },
    ],
    easing: "linear",
  },
  /** The thumb swings up from below, and stamps its yes. */
  thumbsUp: {
    ms: 760,
    frames: [
      { rotate: "115deg", scale: 0.6, translate: "0 10%" },
      { rotate: "-24deg", scale: 1.2, translate: "0 -18%", offset: 0.45 },
      { rotate: "4deg", scale: 1.3, translate: "0 -20%", offset: 0.62 },
      { rotate: "0deg", scale: "1.12 0.84", translate: "0 8%", offset: 0.78 },
      { rotate: "0deg", scale: 1, translate: "0 0" },
    ],
    easing: "ease-out",
  },
  /** Two heartbeats. */
  heart: {
    ms: 1100,
    frames: [
      { scale: 0 },
      ...[0.16, 0.58].flatMap((at) => [
        { scale: 1.32, offset: at },
        { scale: 0.94, offset: at + 0.1 },
        { scale: 1.16, offset: at + 0.18 },
        { scale: 0.97, offset: at + 0.28 },
      ]),
      { scale: 1 },
    ],
    easing: "ease-in-out",
  },
  /** Served along the bar: it slides in, tips, and settles without a drop lost. */
  coffee: {
    ms: 860,
    frames: [
      { translate: "calc(var(--ahead) * 190%) 0", rotate: "0deg", opacity: 0 },
      { translate: "calc(var(--ahead) * 30%) 0", rotate: "2deg", opacity: 1, offset: 0.32 },
      { translate: "calc(var(--ahead) * -12%) 0", rotate: "-17deg", offset: 0.52 },
      { translate: "calc(var(--ahead) * 5%) 0", rotate: "9deg", offset: 0.7 },
      { translate: "0 0", rotate: "-4deg", offset: 0.85 },
      { translate: "0 0", rotate: "0deg" },
    ],
    easing: "ease-out",
  },
  /** It rises from below, sways on its string above the ribbon, and is drawn back. */
  balloon: {
    ms: 1900,
    frames: [
      { translate: "-10% 190%", rotate: "10deg", scale: 0.8 },
      { translate: "10% 40%", rotate: "-10deg", scale: 1, offset: 0.28 },
      { translate: "-8% -50%", rotate: "9deg", scale: 1.1, offset: 0.52 },
      { translate: "6% -85%", rotate: "-6deg", scale: 1.1, offset: 0.72 },
      { translate: "0 0", rotate: "0deg", scale: 1 },
    ],
    easing: "ease-in-out",
  },
});

/**
 * How a gift's picture comes into its ribbon.
 * @param {{id: string, animation?: string}} gift
 * @returns {{ms: number, frames: Keyframe[], easing: string}}
 */
export function hopOf({ id, animation }) {
  return HOPS.get(animation) ?? HOPS.get(id) ?? hop;
}
