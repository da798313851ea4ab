/** The page that tells how to stay safe: its words stand in it; only the address that it is at is put in here. */

import { setText } from "./ui/dom.js";
import { mountLanguageChoice } from "./ui/language.js";

setText(document.getElementById("address"), location.host);
mountLanguageChoice();
