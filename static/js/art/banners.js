// The banners of 100 to 999 coins: each plays across the lower third, with particles of its own.
import {disco_ball, firework, golden_rain, sunglasses} from "./banners/lights.js";
import {guitar, magic_hat, swan} from "./banners/acts.js";

/** By the catalogue's name of their recipe. */
export const banners = Object.freeze({firework, sunglasses, magic_hat, guitar, golden_rain, swan, disco_ball});
