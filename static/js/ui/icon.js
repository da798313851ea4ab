/** The icons of gifts and coins, from the art modules. */

import { giftIcon } from "../art/icons.js";

/** A gift's picture. @returns {SVGElement} */
export function icon(giftId, { size = 48, title } = {}) {
  const picture = giftIcon(giftId, { size, title });
  // On these pages data-gift marks what can be tapped or was sent, never a mere picture.
  delete picture.dataset.gift;
  return picture;
}

/** The small coin beside every price. */
export function coinIcon(size = 16) {
  return icon("coin", { size });
}
