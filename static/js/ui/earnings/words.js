/** The texts of the page of earnings in the page's language. */

import { formatDiamonds } from "../../core/diamonds.js";
import { textsOf } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsOf(language, "earnings", "money");

/** Diamonds of this page. */
export const diamonds = (text) => formatDiamonds(text, language);
