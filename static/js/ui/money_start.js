/** How a page of one's own coins begins: with the token that is here, by the demo's login, or with what is wrong. */

import { isGuest, joinDemo, lastName, takeToken } from "../net/identity.js";
import { askToReplace, nameForm } from "./dialogs.js";
import { el } from "./dom.js";
import { mountLanguageChoice } from "./language.js";
import { lonePanel, problemPanel } from "./money_page.js";
import { problemOf } from "./problem.js";

/** @param {{page: string, say: Function, show: (token: string) => Promise<void>}} options `show` fills the page. */
export function startMoneyPage({ page, say, show }) {
  const place = document.getElementById("main");

  function showProblem(words) {
    place.replaceChildren(problemPanel(say, words));
  }
  async function open(token) {
    try {
      await show(token);
    } catch (error) {
      showProblem(problemOf(error, say));
    }
  }
  /** Who has no wallet yet picks a name for one. */
  function askWhoThisIs() {
    const form = nameForm(lastName(), async (name) => open(await joinDemo(name)));
    place.replaceChildren(lonePanel(say("sign_in_heading"), el("p", { text: say("sign_in_text") }), form));
  }
  async function start() {
    mountLanguageChoice();
    const token = (await takeToken(page, askToReplace)) ?? (await joinDemo(null));
    if (isGuest(token)) askWhoThisIs();
    else await open(token);
  }
  // Only the demo lets anybody in; elsewhere the platform's link brings the token.
  start().catch((error) => showProblem(error.status === 404 ? say("invitation") : problemOf(error, say)));
}
