/** The texts of the page of promotions, in the page's language. */

import { PROMOTION_TEXTS } from "../../core/promotion_texts.js";
import { textsFor } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsFor(language, PROMOTION_TEXTS);
