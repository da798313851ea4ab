/** Cases of suspected fraud: who is in one and what they did, who looks into it, and how it ends. */

import { formatMoment } from "../../core/dates.js";
import { decide, fetchCase } from "../../net/ops_api.js";
import { apart, el, language, listed, number } from "../dom.js";
import { problemOf } from "../problem.js";
import { ask } from "./act.js";
import { actButton, mountRows, rowOf } from "./rows.js";
import { diamonds, nameOf, say } from "./words.js";

/** What can be done about an open case, and what is asked for before. */
const VERDICTS = { take: [], release: ["reason"], "claw-back": ["reason"] };
const ENTRIES_SHOWN = 12;

/**
 * @param {object} options
 * @param {string} options.token
 * @param {(cursor: string|null) => Promise<object>} options.load a page of cases
 * @param {(words: string) => void} options.onGood
 * @param {string} options.none what is said where there is none
 */
export function mountCases({ token, load, onGood, none }) {
  const rows = mountRows(load, "cases", row, () => none);

  function row(one) {
    const { id, status, owner, by, why } = one;
    const acts = status === "open" ? Object.keys(VERDICTS).filter((verdict) => verdict !== "take" || !owner) : [];
    return rowOf({
      testid: `case-${id}`,
      what: signsOf(one),
      about: apart(...standOf(one), owner && !by ? say("case_owner", { who: nameOf(owner) }) : "", by && nameOf(by), why),
      acts: acts.map((verdict) => actButton(say(`verdict_${verdict}`), () => settle(verdict, one), { testid: verdict })),
      more: detailsOf(id, token),
    });
  }
  async function settle(verdict, one) {
    const run = ({ reason = "" }) => decide("cases", one.id, verdict, reason, token);
    if (!(await ask({ heading: signsOf(one), about: apart(...standOf(one)), yes: say(`verdict_${verdict}`), asks: VERDICTS[verdict], run }))) return;
    onGood(say("done"));
    await rows.restart();
  }
  return rows;
}

/** The rules that speak against somebody are the platform's own, by its names. */
function signsOf({ id, reasons }) {
  return apart(...(reasons.length ? reasons.map((reason) => reason.replaceAll("_", " ")) : [id]));
}

function standOf({ id, status, outcome, score, opened_ms: at }) {
  const stand = status === "open" ? say(`outcome_${outcome}`) : say(`case_${status}`);
  return [stand, say("case_score", { score: number(score) }), formatMoment(at, language), id];
}

/** Its people and entries, which are asked for when somebody opens them: it is written down who looked. */
function detailsOf(id, token) {
  const body = el("div.case-body");
  const node = el("details.case-more", { "data-testid": "case-more" }, el("summary", { text: say("case_more") }), body);
  node.addEventListener("toggle", async () => {
    if (!node.open) return;
    try {
      const { people, latest, entries } = await fetchCase(id, token);
      body.replaceChildren(el("ul.rows", {}, ...people.map(personRow)), el("p.row-about", {
        text: say("case_entries", { count: entries, ns: listed(...latest.slice(0, ENTRIES_SHOWN).map(number)) }),
      }));
    } catch (error) {
      body.replaceChildren(el("p.form-problem", { role: "alert", text: problemOf(error, say) }));
    }
  });
  return node;
}

function personRow({ user, part, coins, diamonds: earned, taken, answer }) {
  return rowOf({
    testid: "case-person",
    what: apart(user, say(`part_${part}`)),
    about: say("case_person", { coins: number(coins), diamonds: diamonds(earned), taken: diamonds(taken) }),
    more: answer ? el("q.case-answer", { dir: "auto", text: answer }) : null,
  });
}
