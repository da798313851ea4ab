// The recipes: which gift plays how. The dear ones have a scene of their own, one file each; the banners
// and the floats are smaller and live together.
import {banners} from "./banners.js";
import {float, hop} from "./floats.js";
import {byCatalogueName} from "./names.js";
import {castle} from "./scenes/castle.js";
import {diamondRing} from "./scenes/diamond_ring.js";
import {dragon} from "./scenes/dragon.js";
import {galaxy} from "./scenes/galaxy.js";
import {generic} from "./scenes/generic.js";
import {hotAirBalloon} from "./scenes/hot_air_balloon.js";
import {lion} from "./scenes/lion.js";
import {luxuryYacht} from "./scenes/luxury_yacht.js";
import {meteorShower} from "./scenes/meteor_shower.js";
import {phoenix} from "./scenes/phoenix.js";
import {rocket} from "./scenes/rocket.js";
import {sportsCar} from "./scenes/sports_car.js";
import {unicorn} from "./scenes/unicorn.js";
import {universe} from "./scenes/universe.js";

export {card} from "./card.js";

/**
 * A recipe: how long it plays and what it draws. `parts` names drawings to be turned into pixels first,
 * `build` lays everything out for the picture's size, `draw` paints the moment t.
 * @typedef {{durationS: number, parts?: (view: {width: number, height: number}) => Object<string, {art: object, width: number}>,
 *   build: (show: import('./show.js').Show) => object, draw: (show: import('./show.js').Show, state: object, t: number) => void}} Recipe
 */

const SCENES = {
  galaxy, diamondRing, hotAirBalloon, meteorShower, unicorn, sportsCar, rocket, phoenix, luxuryYacht, dragon,
    lion, castle, universe,
};

/** Every recipe by its name in the catalogue. */
export const RECIPES = byCatalogueName({hop, float, ...banners, ...SCENES, generic});

const FLOATS = new Set(["doughnut", "lollipop", "sunflower", "teddy_bear", "birthday_cake", "crown",
  "paper_crane"]);

/**
 * The recipe of a gift: by the catalogue's name for it, else by its id.
 * @param {{giftId: string, animation?: string}} gift
 * @returns {Recipe}
 */
export function recipeOf({giftId, animation}) {
  if (animation) return RECIPES.get(animation) ?? generic;
  return RECIPES.get(giftId) ?? (FLOATS.has(giftId) ? float : hop);
}

/** Whether a gift has a ribbon and little more. */
export const isSmall = (gift) => [hop, float].includes(recipeOf(gift));

/**
 * How long a gift's picture plays.
 * @param {{giftId: string, animation?: string}} gift
 * @returns {number} in s
 */
export const durationOf = (gift) => recipeOf(gift).durationS;
