/** How a scene reaches what stands beside it on the page: the cues of the stage. */

import { animate } from "./dom.js";

const SHAKE = [[0, 0], [-5, 2], [4, -3], [-4, -2], [3, 2], [0, 0]];

const CUES = {
  // Added to where the node stands: it may have made room for the scene.
  shake: [SHAKE.map(([x, y]) => ({ translate: `${x}px ${y}px` })), { composite: "add" }],
  ripple: [[{ scale: 1 }, { scale: 1.06 }, { scale: 0.98 }, { scale: 1 }], {}],
};

/**
 * Moves a node as the cue says; a name that means nothing here moves nothing.
 * @param {HTMLElement} node
 * @param {string} name
 */
export function cue(node, name) {
  if (!Object.hasOwn(CUES, name)) return;
  const [frames, options] = CUES[name];
  animate(node, frames, { duration: 420, easing: "ease-out", ...options });
}
