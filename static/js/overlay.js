/**
 * The streamer's overlay, for OBS: transparent, any size, without a single control. What it shows is in its
 * address: `?widget=alerts,leaderboard`, `?motion=reduce`, `?mute=1`; the token is in the fragment.
 */

import { Sounds } from "./art/sound.js";
import { fetchGifts } from "./net/api.js";
import { RoomSession, roomIdOf } from "./net/session.js";
import { mountAlerts } from "./ui/alerts.js";
import { mountGoal } from "./ui/goal.js";
import { mountLeaderboard } from "./ui/leaderboard.js";
import { mountShoutOuts } from "./ui/shout_out.js";
import { mountStreaks } from "./ui/streaks.js";
import { mountTicker } from "./ui/ticker.js";

const WIDGETS = ["alerts", "goal", "leaderboard", "ticker", "combo"];
const RETRY_MS = 5000;

/** OBS draws pages in software for many: more frames would cost the stream its own. */
const FPS = 30;

function wantedWidgets(query) {
  const wanted = (query.get("widget") ?? "").split(",").filter((name) => WIDGETS.includes(name));
  return new Set(wanted.length ? wanted : WIDGETS);
}

function mountWidgets(gifts, query, clockAndNames) {
  const wanted = wantedWidgets(query);
  const sounds = new Sounds({ volume: 0.8 });
  if (query.get("mute") === "1") sounds.setMuted(true);
  else sounds.unlock();
  const alerts = wanted.has("alerts") ? mountAlerts({ gifts, sounds, fps: FPS, ...clockAndNames }) : null;
  const board = wanted.has("leaderboard") ? mountLeaderboard({ rows: 5, empty: false }) : null;
  const ticker = wanted.has("ticker") ? mountTicker({ gifts }) : null;
  const streaks = wanted.has("combo") ? mountStreaks({ gifts }) : null;
  const goal = wanted.has("goal") ? mountGoal({ gifts, serverMs: clockAndNames.serverMs }) : null;
  const shoutOuts = wanted.has("alerts") ? mountShoutOuts({ gifts, ...clockAndNames }) : null;
  const widgets = [shoutOuts, goal, board, streaks, ticker].filter(Boolean);
  document.body.append(...(alerts?.nodes ?? []), ...widgets.map((widget) => widget.node));
  return { alerts, shoutOuts, goal, board, ticker, streaks };
}

/** While the scene is not on air the queue waits: a gift must not play where nobody sees it. */
function waitWhileHidden(alerts) {
  const show = (visible) => (visible ? alerts.resume() : alerts.pause());
  if (window.obsstudio) addEventListener("obsSourceVisibleChanged", ({ detail }) => show(detail.visible));
  document.addEventListener("visibilitychange", () => show(!document.hidden));
}

async function loadGifts() {
  for (;;) {
    try {
      return (await fetchGifts()).gifts;
    } catch {
      // OBS may well be open before the server is.
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS);
      });
    }
  }
}

async function main() {
  const query = new URLSearchParams(location.search);
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const gifts = new Map((await loadGifts()).map((gift) => [gift.id, gift]));
  const { alerts, shoutOuts, goal, board, ticker, streaks } = mountWidgets(gifts, query, {
    serverMs: () => session.connection.serverMs,
    placeOf: (id) => session.placeOf(id),
    streamer: () => session.state.room.streamer.name,
    topNames: () => session.state.leaderboard.map(({ user }) => user.name),
  });
  if (alerts) waitWhileHidden(alerts);
  const session = new RoomSession({
    roomId: roomIdOf(location.pathname),
    token,
    onChange({ state, fresh }) {
      for (const event of fresh) {
        if (event.type === "gift_sent") alerts?.push(event);
        if (event.type === "shout_out") shoutOuts?.push(event);
        if (event.type === "goal_reached") goal?.reached(event);
      }
      goal?.update(state.goal);
      board?.update(state.leaderboard);
      ticker?.update(state.recent);
      streaks?.update(Object.values(state.streaks));
    },
    onStatus({ state }) {
      document.body.dataset.connection = state;
    },
  });
  session.start();
}

main();
