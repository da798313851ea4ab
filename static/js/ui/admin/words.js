/** The texts of the operator's console in the page's language. */

import { formatDiamonds } from "../../core/diamonds.js";
import { textsOf } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsOf(language, "admin", "money");

/** Diamonds of this page. */
export const diamonds = (text) => formatDiamonds(text, language);

/** Who did something, without the kind that the books put before the name. */
export const nameOf = (who) => who.replace(/^(person|command):/, "");
