// The paper crane flies: its wings beat, it glides between the beats and banks into the curve.
import {TAU, easeInOut, lerp, stamp} from "../kit.js";
import {BODY, FAR_WING, HINGE, NEAR_WING} from "../icons/crane.js";
import {COOL} from "../palette.js";
import {floating, seenAt, sizeAt} from "./frame.js";

const FROM = 0.86;
const TO = 0.2;
const partWidth = ({width, height}) => (Math.min(width, height * 1.1) / 100) * 15;

/** A few quick beats, then it glides; 1 is a wing held up, -1 one held down. */
function beatAt(k, phase) {
  const cycle = (k * 4.2 + phase / TAU) % 1;
  return cycle < 0.62 ? Math.cos((cycle / 0.62) * TAU * 2) : 0.55 + 0.45 * Math.cos(((cycle - 0.62) / 0.38) * TAU);
}

const course = (k, {base, phase, i}, {u, h}) => [base - u * 2 + easeInOut(k) * u * (14 + (i % 3) * 3) +
  Math.sin(k * 5 + phase) * u * 3, lerp(h * FROM, h * TO, k) + Math.sin(k * 8 + phase) * u * 2];

export const flap = floating({
  colors: COOL,
  parts: (view) => Object.fromEntries(Object.entries({far: FAR_WING, body: BODY, near: NEAR_WING})
    .map(([name, art]) => [name, {art, width: partWidth(view)}])),
  pose(k, one, show) {
    const [x, y] = course(k, one, show);
    const [nextX, nextY] = course(k + 0.02, one, show);
    // Up on a downward beat, as every bird.
    return {x, y: y + beatAt(k, one.phase) * show.u * 0.7, turn: Math.atan2(nextY - y, nextX - x) * 0.3 + 0.2};
  },
  icon(show, one, {x, y, turn}, k) {
    const {ctx, parts} = show;
    const size = one.size * 1.15 * sizeAt(k);
    const ahead = show.fromStart(0) ? 1 : -1;
    const beat = beatAt(k, one.phase);
    ctx.save();
    ctx.globalAlpha = seenAt(k);
    ctx.translate(show.fromStart(x), y);
    // The drawing looks to the left; it flies away from the side where people begin to read.
    ctx.scale(ahead, 1);
    ctx.rotate(turn * -1);
    for (const [name, lift] of [["far", 0.1], ["body", null], ["near", 0]]) {
      ctx.save();
      if (lift !== null) {
        ctx.translate(0, HINGE * size);
        ctx.scale(1, 0.32 + lift + 0.68 * beat);
        ctx.translate(0, -HINGE * size);
      }
      stamp(ctx, parts.get(name), 0, 0, size, size);
      ctx.restore();
    }
    ctx.restore();
  },
});
