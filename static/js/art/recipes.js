// The recipes: which gift plays how. The dear ones have a scene of their own, one file each; the banners
// and the floats are smaller and live together.
import {banners} from "./banners.js";
import {floats} from "./floats.js";
import {byCatalogueName} from "./names.js";
import {generic} from "./scenes/generic.js";

/**
 * A recipe: how long it plays and what it draws. `parts` names drawings to be turned into pixels first,
 * `build` lays everything out for the picture's size, `draw` paints the moment t.
 * @typedef {{durationS: number, parts?: (view: {width: number, height: number}) => Object<string, {art: object, width: number}>,
 *   build: (show: import('./show.js').Show) => object, draw: (show: import('./show.js').Show, state: object, t: number) => void}} Recipe
 */

/** Large, and each seldom seen: a scene is loaded when a gift first wants it. */
const SCENES = byCatalogueName({
  galaxy: new URL("./scenes/galaxy.js", import.meta.url),
  diamondRing: new URL("./scenes/diamond_ring.js", import.meta.url),
  hotAirBalloon: new URL("./scenes/hot_air_balloon.js", import.meta.url),
  meteorShower: new URL("./scenes/meteor_shower.js", import.meta.url),
  unicorn: new URL("./scenes/unicorn.js", import.meta.url),
  sportsCar: new URL("./scenes/sports_car.js", import.meta.url),
  rocket: new URL("./scenes/rocket.js", import.meta.url),
  phoenix: new URL("./scenes/phoenix.js", import.meta.url),
  luxuryYacht: new URL("./scenes/luxury_yacht.js", import.meta.url),
  dragon: new URL("./scenes/dragon.js", import.meta.url),
  lion: new URL("./scenes/lion.js", import.meta.url),
  castle: new URL("./scenes/castle.js", import.meta.url),
  universe: new URL("./scenes/universe.js", import.meta.url),
});

/** A scene that has not arrived by then is not waited for: the gift gets the generic one. */
const ARRIVAL_MAX_MS = 4000;

const FLOATS = byCatalogueName(floats);

/** The recipes that are here from the beginning. */
const RECIPES = new Map([...FLOATS, ...byCatalogueName({...banners, generic})]);

const isKnown = (name) => RECIPES.has(name) || SCENES.has(name);

/**
 * The name of a gift's recipe: the catalogue's, else the gift's own, else what goes with its tier.
 * @param {{giftId: string, animation?: string, tier?: string}} gift
 * @returns {string}
 */
export function recipeName({giftId, animation, tier}) {
  if (isKnown(animation)) return animation;
  if (isKnown(giftId)) return giftId;
  return tier === "float" ? "float" : "generic";
}

const failures = new Map();

async function loadScene(name) {
  const address = SCENES.get(name);
  const failed = failures.get(name) ?? 0;
  try {
    // A browser remembers that an address failed: the next gift asks under another one.
    const [scene] = Object.values(await import(failed ? `${address}?${failed}` : address));
    return scene;
  } catch {
    failures.set(name, failed + 1);
    return generic;
  }
}

/**
 * The recipe of a gift, as soon as it is here. It never fails: a scene that cannot be loaded is the generic one.
 * @param {{giftId: string, animation?: string, tier?: string}} gift
 * @returns {Promise<Recipe>}
 */
export async function recipeOf(gift) {
  const name = recipeName(gift);
  if (!SCENES.has(name)) return RECIPES.get(name);
  const tooLate = new Promise((resolve) => {
    setTimeout(resolve, ARRIVAL_MAX_MS, generic);
  });
  return Promise.race([loadScene(name), tooLate]);
}

/** Whether a gift has a ribbon and little more. */
export const isSmall = (gift) => FLOATS.has(recipeName(gift));
