/** The icons of gifts and coins, from the art modules. */

import { giftIcon } from "../art/icons.js";

/** A gift's icon. */
export const icon = giftIcon;

/** The small coin beside every price. */
export function coinIcon(size = 16) {
  return giftIcon("coin", { size });
}
