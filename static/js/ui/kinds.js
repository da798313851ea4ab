/** What moves a wallet, by its kind, as others than the wallet's owner read it. */

import { textsOf } from "../core/texts.js";
import { language } from "./dom.js";

/** @type {(kind: string) => string} */
export const kindText = textsOf(language, "kinds");
