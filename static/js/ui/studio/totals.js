/** How the live goes: the room, the line, coins, and the diamonds of today and of all days. */

import { formatDiamonds } from "../../core/diamonds.js";
import { formatUntil } from "../../core/dates.js";
import { fetchDays, fetchEarnings } from "../../net/earnings_api.js";
import { el, language, number, setAttribute, setText } from "../dom.js";
import { coinIcon } from "../icon.js";
import { mountLooks } from "../looks.js";
import { say } from "./words.js";

const LOOK_EVERY_MS = 10_000;

/** @param {{token: string}} options */
export function mountTotals({ token }) {
  const title = el("h1.desk-room", { dir: "auto" });
  const live = el("span.badge");
  const viewers = el("span.desk-soft");
  const line = el("span.line-state", { role: "status", "data-testid": "line" });
  const [coins, today, all] = [el("strong.total-number"), el("strong.total-number"), el("strong.total-number")];
  const [since, todayGifts, next] = [el("span.desk-soft"), el("span.desk-soft"), el("span.desk-soft")];
  const total = (name, value, about, picture = null) => el("div.total", { "data-testid": name }, el("span.desk-soft", { text: say(name) }), el("span.total-value", {}, picture, value), about);
  const node = el("section.desk-head.panel", { "aria-label": say("title") },
    el("div.desk-line", {}, title, el("span.desk-facts", {}, live, viewers, line)),
    el("div.totals", {}, total("total_room", coins, since, coinIcon(20)), total("total_today", today, todayGifts), total("total_all", all, next)),
    el("a.desk-link", { href: "/earnings", text: say("earnings_link") }));
  const diamonds = (value) => formatDiamonds(String(value), language);

  function load() {
    const day = new Date().toISOString().slice(0, 10);
    return Promise.all([fetchDays(token, day, day), fetchEarnings(token)]);
  }
  function show([[found], earned]) {
    setText(today, diamonds(found?.diamonds ?? 0));
    setText(todayGifts, say("total_gifts", { count: found?.gifts ?? 0 }));
    setText(all, diamonds(["pending", "available", "held", "paid"].reduce((sum, state) => sum + Number(earned[state]), 0)));
    const nextMs = earned.next_settlement_ms;
    setText(next, nextMs === null ? say("total_none") : say("total_next", { until: formatUntil(nextMs, language, Date.now()) }));
  }
  // Where it cannot be had, the numbers are those of before: the line above them says whether the server is away.
  const looks = mountLooks({ load, show, everyMs: () => LOOK_EVERY_MS, onProblem: () => {}, say });
  looks.look();
  looks.start();
  return {
    node,
    update({ room, viewers: count, coinsTotal }, gifts) {
      if (!room) return;
      setText(title, room.title);
      setText(live, say(`room_${room.status}`));
      setAttribute(live, "data-live", room.status === "live");
      setText(viewers, say("viewers", { count }));
      setText(coins, number(coinsTotal));
      setText(since, say("total_since", { count: gifts }));
    },
    setLine(state) {
      setText(line, say(`line_${state}`));
      line.dataset.state = state;
    },
  };
}
