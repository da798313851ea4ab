/** The wallet's texts in the page's language. */

import { textsFor } from "../../core/texts.js";
import { WALLET_TEXTS } from "../../core/wallet_texts.js";
import { language } from "../dom.js";

/** A text of this page. */
export const say = textsFor(language, WALLET_TEXTS);
