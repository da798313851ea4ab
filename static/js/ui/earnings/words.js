/** The texts of the page of earnings in the page's language. */

import { formatDiamonds } from "../../core/diamonds.js";
import { EARNINGS_TEXTS } from "../../core/earnings_texts.js";
import { textsFor } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsFor(language, EARNINGS_TEXTS);

/** Diamonds of this page. */
export const diamonds = (text) => formatDiamonds(text, language);
