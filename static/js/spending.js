/** The page of what a person spends: against which limits, in which days, on whom. Wiring only. */

import { PAGES, personOf } from "./net/identity.js";
import { fetchLimits } from "./net/spending_api.js";
import { el } from "./ui/dom.js";
import { mountLooks } from "./ui/looks.js";
import { startMoneyPage } from "./ui/money_start.js";
import { mountBreakPanel } from "./ui/spending/break_panel.js";
import { mountGuardianPanel } from "./ui/spending/guardian_panel.js";
import { mountLimitsForm } from "./ui/spending/limits_form.js";
import { mountMeters } from "./ui/spending/meters.js";
import { mountReport } from "./ui/spending/report.js";
import { say } from "./ui/spending/words.js";
import { mountToasts } from "./ui/toasts.js";

/** Coins are spent in a room while this page is open. */
const LOOK_EVERY_MS = 10_000;

const place = document.getElementById("main");

async function showSpending(token) {
  const toasts = mountToasts();
  const onProblem = (words) => toasts.show(words);
  const onGood = (words) => toasts.show(words, "good");
  const looks = mountLooks({ load: () => fetchLimits(token), show, everyMs: () => LOOK_EVERY_MS, onProblem, say });
  const meters = mountMeters({ name: personOf(token).name });
  const form = mountLimitsForm({ token, onSet: looks.take, onGood });
  const pause = mountBreakPanel({ token, onTaken: looks.take, onProblem });
  const guardian = mountGuardianPanel({ token, onProblem });
  const report = mountReport({ token, onProblem });
  const loading = report.refresh();
  let view = null;

  function show(told) {
    const isMore = view && told.spent.day !== view.spent.day;
    view = told;
    for (const part of [meters, form, guardian, report]) part.update(view);
    if (isMore) report.refresh();
  }
  looks.take(await fetchLimits(token));
  place.replaceChildren(el("div.money-side", {}, meters.node, form.node, pause.node, guardian.node), report.node);
  document.body.append(toasts.node);
  looks.start();
  await loading;
}

startMoneyPage({ page: PAGES.spending, say, show: showSpending });
