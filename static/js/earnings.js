/** The page of a streamer's earnings: the diamonds, what earned them, and their way to the bank. Wiring only. */

import { latest } from "./core/latest.js";
import { everyDay, spanOf } from "./core/plot.js";
import { createUuid7 } from "./core/uuid7.js";
import { demoLogin } from "./net/api.js";
import { fetchDays, fetchEarnings, fetchPayoutStatement } from "./net/earnings_api.js";
import { PAGES, demoIdentity, keepFor, personOf, takeToken } from "./net/identity.js";
import { askToReplace } from "./ui/dialogs.js";
import { el, price, setText } from "./ui/dom.js";
import { mountChips } from "./ui/chips.js";
import { mountBest } from "./ui/earnings/best.js";
import { mountDayPlot } from "./ui/earnings/day_plot.js";
import { openPayoutSheet } from "./ui/earnings/payout_sheet.js";
import { mountPayouts } from "./ui/earnings/payouts.js";
import { mountReview } from "./ui/earnings/review.js";
import { statementOf } from "./ui/earnings/statement.js";
import { mountTotals } from "./ui/earnings/totals.js";
import { diamonds, say } from "./ui/earnings/words.js";
import { mountLooks } from "./ui/looks.js";
import { problemOf } from "./ui/problem.js";
import { giftNames, lonePanel, problemPanel } from "./ui/money_page.js";
import { mountToasts } from "./ui/toasts.js";
import { mountLanguageChoice } from "./ui/language.js";

/** Gifts come in while this page is open; soon something becomes available, or is paid. */
const LOOK_EVERY_MS = 10_000;
const LOOK_SOON_MS = 1500;
const SOON_MS = 30_000;
const RANGES = [7, 30, 90];

const place = document.getElementById("main");

function showProblem(words) {
  place.replaceChildren(problemPanel(say, words));
}

/** Nobody has brought a token: in the demo there is a streamer to be. */
function offerDemo() {
  const problem = el("p.form-problem", { role: "alert" });
  const button = el("button.button.button-strong", { type: "button", text: say("demo_open"), "data-testid": "demo-streamer", onclick: enter });
  async function enter() {
    try {
      const { token } = await demoLogin(say("demo_name"), "streamer");
      keepFor(PAGES.earnings, token);
      await open(token);
    } catch (error) {
      // Only the demo lets anybody in; elsewhere the platform's link brings the token.
      setText(problem, error.status === 404 ? say("invitation") : problemOf(error, say));
    }
  }
  place.replaceChildren(lonePanel(say("sign_in_heading"), el("p", { text: say("demo_text") }), button, problem));
}

async function open(token) {
  const id = new URLSearchParams(location.search).get("statement");
  try {
    if (id) place.replaceChildren(statementOf(await fetchPayoutStatement(id, token)));
    else await showEarnings(token);
  } catch (error) {
    showProblem(problemOf(error, say));
  }
}

async function showEarnings(token) {
  // All at once: on a slow line each answer that is waited for first is felt.
  const first = fetchEarnings(token);
  first.catch(() => {});
  const giftName = await giftNames();
  const { name } = personOf(token);
  const makeKey = createUuid7((bytes) => crypto.getRandomValues(bytes));
  const toasts = mountToasts();
  const onProblem = (words) => toasts.show(words);
  const onGood = (words) => toasts.show(words, "good");
  const totals = mountTotals({ name, onGetPaid: () => openPayoutSheet({ token, newKey: () => makeKey(Date.now()), earnings, name, onAsked }) });
  const review = mountReview({ token, onGood, onProblem });
  const days = mountDays({ token, onProblem });
  const best = mountBest({ token, giftName, onProblem });
  const payouts = mountPayouts({ token, onChanged: () => looks.look(), onGood, onProblem });
  const loading = Promise.all([days.refresh(), best.refresh(), payouts.restart()]);
  let earnings = null;

  function onAsked(payout) {
    onGood(say(payout.needs_approval ? "asked_review" : "asked", { money: price(payout.net) }));
    looks.look();
  }
  function show(found) {
    const before = earnings ?? found;
    earnings = found;
    totals.update(earnings);
    review.update(earnings);
    const moved = (...states) => states.some((state) => before[state] !== earnings[state]);
    if (Number(earnings.held) > 0 || moved("held", "paid", "available")) payouts.refresh();
    if (moved("pending", "available", "held", "paid")) for (const part of [days, best]) part.refresh();
  }
  const everyMs = () => (changesSoon(earnings) ? LOOK_SOON_MS : LOOK_EVERY_MS);
  const looks = mountLooks({ load: () => fetchEarnings(token), show, everyMs, onProblem, say });
  looks.take(await first);
  place.replaceChildren(el("div.money-side", {}, totals.node), el("div.money-lists", {}, review.node, days.node, payouts.node, best.node));
  document.body.append(toasts.node);
  looks.start();
  await loading;
}

function changesSoon({ held, next_settlement_ms: nextMs }) {
  return Number(held) > 0 || (nextMs !== null && nextMs - Date.now() < SOON_MS);
}

/** The plot, and how many days it shows. */
function mountDays({ token, onProblem }) {
  const plot = mountDayPlot();
  const sum = el("p.plot-sum");
  const begin = latest();
  let count = 30;

  async function refresh() {
    const isNewest = begin();
    const span = spanOf(count, Date.now());
    try {
      const found = everyDay(span, await fetchDays(token, span.from, span.to));
      // Another span was chosen meanwhile.
      if (!isNewest()) return;
      plot.update(found);
      setText(sum, say("days_sum", { diamonds: diamonds(String(found.reduce((all, day) => all + Number(day.diamonds), 0))) }));
    } catch (error) {
      onProblem(problemOf(error, say));
    }
  }
  const chips = mountChips("range", RANGES.map((days) => ({ value: String(days), label: say(`days_${days}`) })), {
    label: say("days_range"),
    chosen: String(count),
    onChoose: (value) => {
      count = Number(value);
      refresh();
    },
  });
  const node = el("section.part", {}, el("div.part-bar", {}, el("h2.part-title", { text: say("days") }), chips),
    el("div.plot-panel.panel", {}, plot.node, sum));
  return { node, refresh };
}

async function main() {
  mountLanguageChoice();
  const token = await takeToken(PAGES.earnings, askToReplace);
  // Nobody earns in the demo but its streamer.
  if (!token || token === demoIdentity()?.token) offerDemo();
  else await open(token);
}

main().catch((error) => showProblem(problemOf(error, say)));
