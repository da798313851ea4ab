/** Whether the books balance, and what is on or off for everyone. */

import { formatMoment } from "../../core/dates.js";
import { fetchBooks, fetchSwitches, putSwitch } from "../../net/ops_api.js";
import { apart, el, language, number, setText } from "../dom.js";
import { mountLooks } from "../looks.js";
import { ask } from "./act.js";
import { actButton, factsOf, redraw, rowOf, sheetOf } from "./rows.js";
import { diamonds, nameOf, say } from "./words.js";

/** Others switch too, and the books go on. */
const LOOK_EVERY_MS = 10_000;
const SWITCHES = ["purchases", "gifts", "payouts"];

/**
 * @param {{token: string, onGood: (words: string) => void, onProblem: (words: string) => void}} options
 * @returns {{name: string, node: HTMLElement, refresh: () => Promise<void>}}
 */
export function mountOverview({ token, onGood, onProblem }) {
  const verdict = el("p.verdict", { role: "status", "data-testid": "verdict" });
  const proved = el("p.row-about");
  const figures = el("div");
  const rows = el("ul.rows", { "data-testid": "switches" });

  function showBooks(books) {
    verdict.dataset.state = books.drift ? "bad" : "good";
    setText(verdict, books.drift ? say("books_differ", { drift: number(books.drift) }) : say("books_balance"));
    const at = formatMoment(books.proved_ms, language);
    setText(proved, books.proved_ms ? say("books_proved", { n: number(books.proved_n), at }) : say("books_unproved"));
    figures.replaceChildren(...books.differing.map((line) => el("p.form-problem", { text: line })), factsOf([
      [say("figure_issued"), number(books.issued)],
      [say("figure_wallets"), number(books.wallets)],
      [say("figure_spent"), number(books.spent)],
      [say("figure_clawed"), number(books.clawed_back)],
      [say("figure_minted"), diamonds(books.minted)],
      [say("figure_paid"), diamonds(books.paid)],
      [say("figure_entries"), number(books.n)],
      [say("figure_lag"), number(books.archive.lag)],
    ]));
  }
  let shown = "";
  function show([books, switches]) {
    showBooks(books);
    // What stands there already stays: nothing may move under a finger.
    const news = JSON.stringify(switches);
    if (news === shown) return;
    shown = news;
    redraw(rows, SWITCHES.map((name) => switchRow(switches.find((one) => one.name === name), say(`switch_${name}`), { token, onDone })));
  }
  async function onDone(words) {
    onGood(words);
    await looks.look();
  }
  const node = el("section.desk-part", { id: "panel-overview" },
    sheetOf(say("books"), verdict, proved, figures), sheetOf(say("switches"), el("p.row-about", { text: say("switches_text") }), rows));
  const load = () => Promise.all([fetchBooks(token), fetchSwitches(token)]);
  const looks = mountLooks({ load, show, everyMs: () => LOOK_EVERY_MS, isSeen: () => node.checkVisibility(), onProblem, say });
  looks.start();
  return { name: "overview", node, refresh: looks.look };
}

/** A switch with its state, why it is off, and the button that changes it. */
export function switchRow({ name, on, reason, by, changed_ms: changedMs }, label, { token, onDone }) {
  const change = async () => {
    const heading = say(on ? "turn_off_heading" : "turn_on_heading", { what: label });
    const done = await ask({
      heading, about: say("turn_text"), yes: say(on ? "turn_off" : "turn_on"),
      run: (given) => putSwitch(name, { on: !on, reason: given.reason }, token),
    });
    if (done) onDone(say(on ? "turned_off" : "turned_on", { what: label }));
  };
  return rowOf({
    testid: `switch-${name}`,
    what: el("span", {}, label, " ", el(on ? "span.on-word" : "span.off-word", { text: say(on ? "is_on" : "is_off") })),
    about: by ? apart(reason, nameOf(by), formatMoment(changedMs, language)) : "",
    acts: [actButton(say(on ? "turn_off" : "turn_on"), change, { testid: `turn-${name}` })],
  });
}
