/** The texts of the operator's console in the page's language. */

import { formatDiamonds } from "../../core/diamonds.js";
import { textsOf } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsOf(language, "admin", "money");

/** How a purchase stands, in the words of its buyer's page. */
export const purchaseStatus = (status) => textsOf(language, "wallet")(`status_${status}`);

/** How a payout stands, in the words of its streamer's page. */
export const payoutStatus = (status) => textsOf(language, "earnings")(`status_${status}`);

/** Diamonds of this page. */
export const diamonds = (text) => formatDiamonds(text, language);

/** Who did something, without the kind that the books put before the name. */
export const nameOf = (who) => who.replace(/^(person|command):/, "");
