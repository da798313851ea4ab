/** The texts of the guardian's page in the page's language. */

import { textsOf } from "../../core/texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsOf(language, "guardian", "money");
