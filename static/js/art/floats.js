// The floats of 10 to 99 coins: each moves up the start side in a way of its own, with a trail.
import {candles, grow, hug, roll, sway, toss} from "./floats/climbs.js";
import {flap} from "./floats/flap.js";
import {land} from "./floats/land.js";

/** All of them, by name; `float` is for gifts that have no motion of their own. */
export const floats = Object.freeze({float: sway, doughnut: roll, lollipop: toss, sunflower: grow, teddyBear: hug,
  birthdayCake: candles, crown: land, paperCrane: flap});
