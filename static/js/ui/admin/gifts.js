/** Single gifts on and off for everyone, and rooms that can be ended. */

import { fetchGifts, fetchRooms } from "../../net/api.js";
import { decide, fetchSwitches } from "../../net/ops_api.js";
import { el, text } from "../dom.js";
import { ask } from "./act.js";
import { switchRow } from "./overview.js";
import { actButton, called, mountRows, redraw, rowOf, sheetOf } from "./rows.js";
import { say } from "./words.js";

/** @param {{token: string, onGood: (words: string) => void}} options */
export function mountGifts({ token, onGood }) {
  const rows = el("ul.rows");
  async function refresh() {
    const [{ gifts }, switches] = await Promise.all([fetchGifts(), fetchSwitches(token)]);
    const known = new Map(switches.map((one) => [one.name, one]));
    redraw(rows, gifts.map(({ id, name, price_coins: coins }) => {
      const found = known.get(`gift:${id}`) ?? { name: `gift:${id}`, on: true, reason: "", by: "" };
      return switchRow(found, `${name} · ${text("coins", { count: coins })}`, { token, onDone });
    }));
  }
  async function onDone(words) {
    onGood(words);
    await refresh();
  }
  return { name: "gifts", node: el("section.desk-part", { id: "panel-gifts" }, sheetOf(say("tab_gifts"), rows)), refresh };
}

/** @param {{token: string, onGood: (words: string) => void}} options */
export function mountRooms({ token, onGood }) {
  const rows = mountRows(fetchRooms, "rooms", row, () => say("rooms_none"));
  function row({ id, title, streamer, viewers, kind }) {
    const end = async () => {
      const about = say("end_room_text", { title });
      const run = ({ reason }) => decide("rooms", id, "end", reason, token);
      if (!(await ask({ heading: say("end_room"), about, yes: say("end_room"), run }))) return;
      onGood(say("room_ended", { title }));
      await rows.restart();
    };
    return rowOf({
      testid: `room-${id}`,
      what: el("a", { href: kind === "video" ? `/video/${id}` : `/room/${id}`, text: title }),
      about: called(streamer.name, streamer.id),
      amount: text("viewers", { count: viewers ?? 0 }),
      acts: [actButton(say("end_room"), end)],
    });
  }
  return { name: "rooms", node: el("section.desk-part", { id: "panel-rooms" }, sheetOf(say("tab_rooms"), rows.node)), refresh: rows.restart };
}
