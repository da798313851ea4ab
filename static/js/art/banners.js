// The banners of 100 to 999 coins: each plays across the lower third, with particles of its own.
import {discoBall, firework, goldenRain, sunglasses} from "./banners/lights.js";
import {guitar, magicHat, swan} from "./banners/acts.js";

/** All of them, by name. */
export const banners = Object.freeze({firework, sunglasses, magicHat, guitar, goldenRain, swan, discoBall});
