/** The texts of the page of spending in the page's language. */

import { textsOf } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsOf(language, "spending", "money");
