/**
 * The streamer's overlay, for OBS: transparent, any size, without a single control; it goes by what the studio says.
 * What it shows is in its address: `?widget=alerts,board`, `?motion=reduce`, `?mute=1`; the token is in the fragment.
 */

import { Sounds } from "./art/sound.js";
import { RuledGifts } from "./core/overlay_rules.js";
import { STORM_EVERY_MS, STORM_GIFTS, giftOfStorm, trialOf } from "./core/trial.js";
import { isHistory } from "./core/queue.js";
import { roomIdOf } from "./core/room_address.js";
import { Fanfare } from "./fanfare.js";
import { fetchGifts } from "./net/api.js";
import { mountAlerts } from "./ui/alerts.js";
import { mountGoal } from "./ui/goal.js";
import { mountLeaderboard } from "./ui/leaderboard.js";
import { mountShoutOuts } from "./ui/shout_out.js";
import { mountStreaks } from "./ui/streaks.js";
import { mountTicker } from "./ui/ticker.js";
import { Voice } from "./ui/voice.js";

const WIDGETS = ["alerts", "goal", "board", "feed", "combo"];
/** As addresses called them before. */
const OLD_NAMES = { leaderboard: "board", ticker: "feed" };
const RETRY_MS = 5000;

/** OBS draws pages in software for many: more frames would cost the stream its own. */
const FPS = 30;

function wantedWidgets(query) {
  const names = (query.get("widget") ?? "").split(",").map((name) => OLD_NAMES[name] ?? name);
  const wanted = names.filter((name) => WIDGETS.includes(name));
  return wanted.length ? wanted : WIDGETS;
}

/** The overlay once it has the catalogue. */
class OverlayPage {
  #query = new URLSearchParams(location.search);
  #gifts;
  #ruled;
  #holds = new Set();
  #storm = null;
  #trials = 0;
  #shown = {};

  constructor(gifts) {
    this.#gifts = gifts;
    this.#ruled = new RuledGifts(new Map(gifts.map((gift) => [gift.id, gift])));
    const wanted = wantedWidgets(this.#query);
    this.fanfare = new Fanfare({
      room: roomIdOf(location.pathname),
      token: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
      gifts,
      source: { widget: wanted === WIDGETS ? "all" : wanted.join(","), program: this.#program() },
    });
    this.fanfare.addEventListener("change", ({ detail }) => this.#receive(detail));
    this.fanfare.addEventListener("status", ({ detail }) => this.#lineChanged(detail.state));
    this.#mount(new Set(wanted));
    if (this.alerts) this.#mountVoice();
    this.#waitWhileHidden();
    this.fanfare.connect();
  }

  #program() {
    if (this.#query.has("preview")) return "studio";
    return window.obsstudio ? "obs" : "browser";
  }

  #mount(wanted) {
    const gifts = this.#ruled;
    const serverMs = () => this.fanfare.serverMs;
    this.sounds = new Sounds({ volume: 0.8 });
    if (this.#query.get("mute") === "1") this.sounds.setMuted(true);
    else this.sounds.unlock();
    const alerts = wanted.has("alerts") && mountAlerts({
      gifts, sounds: this.sounds, fps: FPS, serverMs,
      placeOf: (id) => this.fanfare.placeOf(id),
      topNames: () => this.fanfare.state.leaderboard.map(({ user }) => user.name),
    });
    this.alerts = alerts || null;
    this.shoutOuts = alerts ? mountShoutOuts({ gifts, serverMs, streamer: () => this.fanfare.state.room.streamer.name }) : null;
    this.goal = wanted.has("goal") ? mountGoal({ gifts, serverMs }) : null;
    this.board = wanted.has("board") ? mountLeaderboard({ rows: 5, empty: false }) : null;
    this.combo = wanted.has("combo") ? mountStreaks({ gifts }) : null;
    this.feed = wanted.has("feed") ? mountTicker({ gifts }) : null;
    const widgets = [this.shoutOuts, this.goal, this.board, this.combo, this.feed].filter(Boolean);
    document.body.append(...(this.alerts?.nodes ?? []), ...widgets.map((widget) => widget.node));
  }

  /** Words on dear gifts are read out, save while a scene has the screen or nothing is to be shown. */
  #mountVoice() {
    this.voice = new Voice({
      room: roomIdOf(location.pathname),
      token: new URLSearchParams(location.hash.slice(1)).get("token") ?? "",
      isSceneUp: () => this.#holds.size > 0 || this.alerts.queue.scene?.gift.tier === "scene",
      silent: this.#query.get("mute") === "1",
    });
    document.body.append(this.voice.node);
  }

  /** While the scene is not on air the queue waits: a gift must not play where nobody sees it. */
  #waitWhileHidden() {
    const hold = (hidden) => this.#hold("hidden", hidden);
    if (window.obsstudio) addEventListener("obsSourceVisibleChanged", ({ detail }) => hold(!detail.visible));
    document.addEventListener("visibilitychange", () => hold(document.hidden));
  }

  /** The queue goes on when no reason to wait is left. */
  #hold(reason, on) {
    if (on) this.#holds.add(reason);
    else this.#holds.delete(reason);
    if (this.#holds.size) this.alerts?.pause();
    else this.alerts?.resume();
  }

  #receive({ state, fresh, messages }) {
    for (const message of messages) {
      if (message.type === "overlay_changed") this.#follow(message.settings);
      if (message.type === "overlay_command") this.#do(message);
      if (message.type === "shout_out_decided") this.voice?.decide(message);
    }
    for (const event of fresh) {
      if (event.type === "gift_sent" && this.#shown.alerts !== false) this.#show(event);
      if (event.type === "shout_out" && this.#shown.alerts !== false) this.shoutOuts?.push(event);
      if (event.type === "goal_reached") this.goal?.reached(event);
    }
    this.goal?.update(state.goal);
    this.board?.update(state.leaderboard);
    this.feed?.update(state.recent);
    this.combo?.update(Object.values(state.streaks));
  }

  #show(event) {
    this.alerts?.push(this.voice?.shown(event) ?? event);
    if (!isHistory(event, this.fanfare.serverMs)) this.voice?.push(event);
  }

  /** Goes by the studio's settings from now on. */
  #follow({ volume, muted, paused, rules, widgets, shout_outs: shoutOuts }) {
    this.voice?.follow(shoutOuts);
    this.#ruled.update(rules);
    this.sounds.setVolume(volume / 100);
    this.sounds.setMuted(muted || this.#query.get("mute") === "1");
    this.#shown = widgets;
    if (!widgets.alerts) this.alerts?.clear();
    document.body.dataset.off = WIDGETS.filter((name) => !widgets[name]).join(" ");
    document.body.dataset.volume = muted ? 0 : volume;
    document.body.dataset.paused = paused;
    this.#hold("paused", paused);
  }

  #do({ command, gift, storm }) {
    if (command === "skip") this.alerts?.skip();
    if (command === "replay") this.alerts?.replay();
    if (command === "clear") this.#clear();
    if (command === "test" && storm) this.#beginStorm();
    else if (command === "test") this.#try(this.#gifts.find(({ id }) => id === gift));
  }

  #clear() {
    clearInterval(this.#storm);
    this.alerts?.clear();
  }

  /** Shows a gift that nobody has sent: it counts nowhere. */
  #try(gift) {
    const atMs = this.fanfare.serverMs;
    if (gift) this.alerts?.push(trialOf(gift, { n: this.#trials, atMs }));
    this.#trials += 1;
  }

  #beginStorm() {
    clearInterval(this.#storm);
    let n = 0;
    this.#storm = setInterval(() => {
      this.#try(giftOfStorm(this.#gifts, n));
      n += 1;
      if (n >= STORM_GIFTS) clearInterval(this.#storm);
    }, STORM_EVERY_MS);
  }

  #lineChanged(state) {
    document.body.dataset.connection = state;
    // An address that was given up shows nothing any more.
    if (state !== "stopped") return;
    this.#clear();
    document.body.dataset.off = WIDGETS.join(" ");
  }
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

loadGifts().then((gifts) => new OverlayPage(gifts));
