/** What waits for a decision: corrections and payouts, which another person agrees to, and cases of suspected fraud. */

import { formatMoment } from "../../core/dates.js";
import { decide, fetchAdjustments, fetchCases, fetchPayouts } from "../../net/ops_api.js";
import { apart, el, language, price, signed } from "../dom.js";
import { mountLooks } from "../looks.js";
import { ask } from "./act.js";
import { mountCases } from "./cases.js";
import { actButton, mountRows, rowOf, sheetOf } from "./rows.js";
import { nameOf, say } from "./words.js";

/** Others ask and decide too. */
const LOOK_EVERY_MS = 10_000;

/** @param {{token: string, onGood: (words: string) => void, onProblem: (words: string) => void}} options */
export function mountWaiting({ token, onGood, onProblem }) {
  /** The list of what waits of one kind; each row has the verdicts that there are. */
  function listOf(kind, { load, words, verdicts, reasons }) {
    const rows = mountRows(load, kind, (item) => rowOf({
      testid: `waiting-${item.id}`,
      ...words(item),
      acts: verdicts.map((verdict, i) => actButton(say(`verdict_${verdict}`), () => settle(verdict, item), { strong: !i, testid: verdict })),
    }), () => say("nothing_waits"));
    async function settle(verdict, item) {
      const { what, about } = words(item);
      const run = ({ reason }) => decide(kind, item.id, verdict, reason ?? "", token);
      const asked = { heading: what, about, yes: say(`verdict_${verdict}`), asks: reasons || verdict !== "approve" ? ["reason"] : [], run };
      if (!(await ask(asked))) return;
      onGood(say("done"));
      await rows.restart();
    }
    return rows;
  }
  const adjustments = listOf("adjustments", {
    load: (cursor) => fetchAdjustments(token, { status: "waiting", cursor }),
    words: ({ user, coins, reason, by, created_ms: at }) => ({
      what: say("adjustment_row", { coins: signed(coins), user }),
      about: apart(reason, say("asked_by", { who: nameOf(by) }), formatMoment(at, language)),
    }),
    verdicts: ["approve", "reject"],
    reasons: false,
  });
  const payouts = listOf("payouts", {
    load: (cursor) => fetchPayouts(token, { status: "requested", cursor }),
    words: ({ user, net, rail, destination, country, created_ms: at }) => ({
      what: say("payout_row", { money: price(net), user }),
      about: apart(rail, destination, country, formatMoment(at, language)),
    }),
    verdicts: ["approve", "reject"],
    reasons: true,
  });
  const cases = mountCases({
    token, onGood, none: say("nothing_waits"), load: (cursor) => fetchCases(token, { status: "open", cursor }),
  });
  const node = el("section.desk-part", { id: "panel-waiting" },
    sheetOf(say("adjustments"), adjustments.node), sheetOf(say("payouts"), payouts.node), sheetOf(say("cases"), cases.node));
  const lists = [adjustments, payouts, cases];
  mountLooks({
    // The lists draw themselves, and say what is wrong.
    load: () => Promise.all(lists.map((rows) => rows.refresh())),
    show: () => {},
    everyMs: () => LOOK_EVERY_MS,
    // Nothing shuts while somebody reads in it.
    isSeen: () => node.checkVisibility() && !node.querySelector("details[open]"),
    onProblem,
    say,
  }).start();
  return { name: "waiting", node, refresh: () => Promise.all(lists.map((rows) => rows.restart())) };
}
