/** The operator's console: the books, people, what waits, rooms, gifts, and who did what. Wiring only. */

import { demoIdentity, personOf, takeToken } from "./net/identity.js";
import { fetchSwitches } from "./net/ops_api.js";
import { mountGifts, mountRooms } from "./ui/admin/gifts.js";
import { mountLog } from "./ui/admin/log.js";
import { mountOverview } from "./ui/admin/overview.js";
import { mountPeople } from "./ui/admin/people.js";
import { mountWaiting } from "./ui/admin/waiting.js";
import { say } from "./ui/admin/words.js";
import { askToReplace } from "./ui/dialogs.js";
import { el, setText } from "./ui/dom.js";
import { mountLanguageChoice } from "./ui/language.js";
import { lonePanel, problemPanel } from "./ui/money_page.js";
import { problemOf } from "./ui/problem.js";
import { mountTabs } from "./ui/tabs.js";
import { mountToasts } from "./ui/toasts.js";

const PAGE = "/admin";

const place = document.getElementById("main");

function showProblem(words) {
  place.replaceChildren(problemPanel(say, words));
}

async function open(token) {
  // Whoever may not is told so before anything is shown.
  await fetchSwitches(token);
  const toasts = mountToasts();
  const options = { token, onGood: (words) => toasts.show(words, "good"), onProblem: (words) => toasts.show(words) };
  const panels = [mountOverview, mountPeople, mountWaiting, mountRooms, mountGifts, mountLog].map((mount) => mount(options));
  const tabs = mountTabs(panels, {
    label: say("title"),
    labelOf: ({ name }) => say(`tab_${name}`),
    chosen: 0,
    onSelect: (panel) => panel.refresh().catch((error) => toasts.show(problemOf(error, say))),
  });
  setText(document.getElementById("who"), personOf(token)?.name ?? "");
  place.replaceChildren(el("h1.visually-hidden", { text: say("title") }), tabs.node, ...panels.map(({ node }) => node));
  document.body.append(toasts.node);
  tabs.select();
}

async function main() {
  mountLanguageChoice();
  const token = await takeToken(PAGE, askToReplace);
  // The demo's viewers are no operators.
  if (token && token !== demoIdentity()?.token) await open(token);
  else place.replaceChildren(lonePanel(say("title"), el("p", { text: say("sign_in_text") }), el("code.seal", { text: "fanfare ops console-url NAME" })));
}

main().catch((error) => showProblem(problemOf(error, say)));
