// The banners of 100 to 999 coins: each plays across the lower third, with particles of its own.
import {discoBall, firework, goldenRain} from "./banners/lights.js";
import {guitar, swan} from "./banners/acts.js";

/** Those that are here from the beginning, by name. */
export const banners = Object.freeze({firework, guitar, goldenRain, swan, discoBall});
