/** The guardian's page: what wards ask for and spend, live, and what they may. Wiring only. */

import { Connection, UNAUTHORIZED } from "./net/connection.js";
import { joinAsGuardian } from "./net/guardian_api.js";
import { forgetToken, keepFor, lastName, personOf, takeToken } from "./net/identity.js";
import { askToReplace, nameForm, showClosed } from "./ui/dialogs.js";
import { el } from "./ui/dom.js";
import { mountApprovals } from "./ui/guardian/approvals.js";
import { mountWards } from "./ui/guardian/wards.js";
import { say } from "./ui/guardian/words.js";
import { mountLanguageChoice } from "./ui/language.js";
import { giftNames, lonePanel, problemPanel } from "./ui/money_page.js";
import { problemOf, saidOnce } from "./ui/problem.js";
import { mountToasts } from "./ui/toasts.js";

/** Where this tab keeps a guardian's token: it is no other page's. */
const PAGE = "/guardian";
/** What was asked for ends by the clock, also where nothing is heard. */
const LOOK_EVERY_MS = 30_000;
/** Not more often than that: a ward may give many gifts a second. */
const LOOK_PAUSE_MS = 1000;
/** Whatever is told so concerns all wards. */
const ALL = new Set(["welcome", "linked", "unlinked"]);

const place = document.getElementById("main");

function showProblem(words) {
  place.replaceChildren(problemPanel(say, words));
}

/** Only the demo lets anybody in; elsewhere the platform's link brings the token. */
function askWhoThisIs() {
  const form = nameForm(lastName(), async (name) => {
    const token = await joinAsGuardian(name);
    keepFor(PAGE, token);
    await open(token);
  });
  place.replaceChildren(lonePanel(say("sign_in_heading"), el("p", { text: say("sign_in_text") }), form));
}

async function open(token) {
  try {
    await showWards(token);
  } catch (error) {
    showProblem(problemOf(error, say));
  }
}

async function showWards(token) {
  const giftName = await giftNames();
  const toasts = mountToasts();
  const onProblem = (words) => toasts.show(words);
  const onGood = (words) => toasts.show(words, "good");
  const looks = saidOnce(onProblem);
  const approvals = mountApprovals({ token, giftName, onGood, onProblem });
  const wards = mountWards({ token, giftName, onGood, onProblem, onChanged: look });

  /** Whatever is told of is read anew; the parts of these wards alone, where it is about them. */
  async function look(ids) {
    try {
      await Promise.all([approvals.refresh(), wards.refresh(ids)]);
      looks.well();
    } catch (error) {
      looks.failed(problemOf(error, say));
    }
  }
  let due = new Set();
  let lookedMs = -LOOK_PAUSE_MS;
  /** What is told at once, or soon one after the other, is looked at together. */
  function hear(messages) {
    const isQuiet = due.size === 0;
    for (const { type, ward, id = "" } of messages) {
      if (ALL.has(type)) due.add("");
      else if (ward || id) due.add(ward ?? id.split(":")[0]);
    }
    if (isQuiet && due.size) setTimeout(lookAtDue, Math.max(0, lookedMs + LOOK_PAUSE_MS - performance.now()));
  }
  async function lookAtDue() {
    const now = due;
    due = new Set();
    lookedMs = performance.now();
    await look(now.has("") ? undefined : now);
  }
  await wards.refresh();
  const heading = el("h1.visually-hidden", { text: say("title") });
  place.replaceChildren(heading, el("div.money-side", {}, approvals.node), wards.node);
  document.body.append(toasts.node);
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  new Connection({
    url: `${scheme}://${location.host}/ws/guardian`,
    token,
    resume: () => undefined,
    onFrame: hear,
    onStatus: (status) => lineChanged(status, token),
  }).start();
  setInterval(() => document.hidden || look(), LOOK_EVERY_MS);
}

/** A line that is over for good is said; a token that has run out is none any more. */
function lineChanged({ state, code }, token) {
  if (state !== "stopped" || code === 1000) return;
  if (code === UNAUTHORIZED) forgetToken(token);
  showClosed(code);
}

async function main() {
  mountLanguageChoice();
  const token = await takeToken(PAGE, askToReplace);
  if (personOf(token)?.role === "guardian") await open(token);
  else askWhoThisIs();
}

main().catch((error) => showProblem(error.status === 404 ? say("invitation") : problemOf(error, say)));
