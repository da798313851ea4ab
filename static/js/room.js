/** The viewer's page: one live room with its stage, gifts, comments and leaderboard. Wiring only. */

import { Sounds } from "./art/sound.js";
import { applyToFeed } from "./core/feed.js";
import { RecentGifts } from "./core/recent_gifts.js";
import { roomIdOf } from "./core/room_address.js";
import { refusalText } from "./core/texts.js";
import { missingCoins, mustAsk } from "./core/tray_model.js";
import { Fanfare } from "./fanfare.js";
import { fetchGifts } from "./net/api.js";
import { UNAUTHORIZED } from "./net/connection.js";
import { Gifting } from "./net/gifting.js";
import { forgetToken, isGuest, joinDemo, lastName, renewToken, takeToken } from "./net/identity.js";
import { mountAlerts } from "./ui/alerts.js";
import { mountAnnouncer } from "./ui/announcer.js";
import { mountBalance } from "./ui/balance.js";
import { mountBoards } from "./ui/boards.js";
import { mountCombo } from "./ui/combo.js";
import { askForGift, askForName, askToReplace, showClosed, showEnd } from "./ui/dialogs.js";
import { text } from "./ui/dom.js";
import { mountComposer, mountFeed } from "./ui/feed.js";
import { mountGoal } from "./ui/goal.js";
import { mountLevelMoment } from "./ui/level_moment.js";
import { mountLimits } from "./ui/limits.js";
import { mountModeration } from "./ui/moderation.js";
import { Picture } from "./ui/picture.js";
import { mountPromoteLink } from "./ui/promote_link.js";
import { layOutRoom, mountRoomBar } from "./ui/room_frame.js";
import { mountRecharge } from "./ui/recharge.js";
import { mountShoutOuts } from "./ui/shout_out.js";
import { mountToasts } from "./ui/toasts.js";
import { mountTray } from "./ui/tray.js";

/** Where the dearest purchase that a person confirmed in this tab is kept. */
const confirmedKey = (user) => `fanfare.confirmed.${user.id}`;

/** The page once it has a token and the catalogue. */
class RoomPage {
  #gifts;
  #token;
  #feedItems = [];
  #drawing = false;
  #recent = new RecentGifts(localStorage, "fanfare.recent");
  #whenNamed = null;
  #packages = null;
  #picture = new Picture();

  constructor({ roomId, token, gifts }) {
    this.#token = token;
    this.#gifts = new Map(gifts.map((gift) => [gift.id, gift]));
    this.fanfare = new Fanfare({
      room: roomId,
      token,
      gifts,
      renew: async () => {
        const renewed = await renewToken(this.#token);
        this.#token = renewed ?? this.#token;
        return renewed;
      },
    });
    this.fanfare.addEventListener("change", ({ detail }) => this.#receive(detail));
    this.fanfare.addEventListener("status", ({ detail }) => this.#lineChanged(detail));
    this.gifting = new Gifting({
      fanfare: this.fanfare,
      gifts: this.#gifts,
      onChange: () => this.#draw(),
      onRefused: (gift, reply) => this.toasts.show(text("refused", { name: gift.name, message: refusalText(reply) })),
      onWaiting: ({ name }) => this.toasts.show(text("waits_for_guardian", { name }), "good"),
      onFull: () => this.toasts.show(text("outbox_full")),
    });
    this.#mount(gifts);
  }

  #mount(gifts) {
    const serverMs = () => this.fanfare.serverMs;
    const placeOf = (id) => this.fanfare.placeOf(id);
    this.sounds = new Sounds({ volume: 0.6 });
    // Browsers let a page sound only after the person has touched it.
    addEventListener("pointerdown", () => this.sounds.unlock(), { once: true });
    this.bar = mountRoomBar({ onMute: (muted) => this.sounds.setMuted(muted) });
    this.composer = mountComposer({ onSend: (said) => this.#say(said) });
    // What tells of the line is there; while it opens, the rest is built, which takes a slow phone as long.
    this.fanfare.connect();
    this.moderation = mountModeration({ room: roomIdOf(location.pathname), token: () => this.#token, serverMs, me: () => this.fanfare.state.user, composer: this.composer, toasts: () => this.toasts });
    this.balance = mountBalance({ onGetCoins: () => this.#getCoins() });
    this.tray = mountTray({
      gifts,
      balance: this.balance.node,
      onTap: (gift, more) => this.#tap(gift, more),
      onBuy: (missing) => this.recharge.buyExactly(missing),
      onClose: () => this.frame.openTray(false),
    });
    this.limits = mountLimits({
      token: () => (isGuest(this.#token) ? null : this.#token),
      isLimited: () => Boolean(this.fanfare.state.user?.limited),
      serverMs,
      tray: this.tray,
      toasts: () => this.toasts,
    });
    this.combo = mountCombo({
      onTap: (gift, quantity) => this.#tapAgain(gift, quantity),
      onGone: (gift) => this.frame.focusGift(gift),
    });
    this.alerts = mountAlerts({
      gifts: this.#gifts,
      sounds: this.sounds,
      serverMs,
      topNames: () => this.fanfare.state.leaderboard.map(({ user }) => user.name),
      placeOf,
      viewerId: () => this.fanfare.state.user?.id,
    });
    this.feed = mountFeed({
      giftName: (id) => this.#gifts.get(id)?.name ?? id,
      isMe: (id) => id === this.fanfare.state.user?.id,
      placeOf,
      menuOf: (item) => this.moderation.menuOf(item),
    });
    this.board = mountBoards({ roomId: roomIdOf(location.pathname), token: () => (isGuest(this.#token) ? null : this.#token) });
    this.levels = mountLevelMoment();
    this.promote = mountPromoteLink({ below: this.board.node });
    this.goal = mountGoal({ gifts: this.#gifts, serverMs });
    this.shoutOuts = mountShoutOuts({ gifts: this.#gifts, serverMs, streamer: () => this.fanfare.state.room.streamer.name });
    this.announcer = mountAnnouncer();
    this.toasts = mountToasts();
    this.recharge = mountRecharge({
      token: () => this.#token,
      newKey: () => this.fanfare.newId(),
      onPackages: (packages) => {
        this.#packages = packages;
        this.#draw();
      },
      onProblem: (problem) => this.toasts.show(problem),
    });
    this.frame = layOutRoom(this);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.alerts.pause();
      else this.alerts.resume();
    });
  }

  /**
   * A tap of the tray or the combo button.
   * @returns {Promise<boolean>} whether something is on its way
   */
  async #tap(gift, more) {
    this.sounds.unlock();
    if (this.fanfare.state.room?.status !== "live") {
      this.toasts.show(text("not_live"));
      return false;
    }
    if (isGuest(this.#token)) {
      return this.#askWhoThisIs(() => !this.#saysMissing(gift, more.quantity) && this.#tap(gift, more));
    }
    const coins = gift.price_coins * more.quantity;
    // The tray says what is missing; there is nothing to ask and nothing to send.
    if (missingCoins(coins, this.gifting.spendable) || this.limits.isBeyond(coins)) return false;
    return (await this.#confirmed(gift, more.quantity, coins)) && this.gifting.tap(gift, more);
  }

  /** The combo button. */
  #tapAgain(gift, quantity) {
    if (this.#saysMissing(gift, quantity)) return false;
    this.#tap(gift, { quantity });
    return true;
  }

  /** Says what is missing, if anything is, where the tray does not. */
  #saysMissing(gift, quantity) {
    const missing = missingCoins(gift.price_coins * quantity, this.gifting.spendable);
    if (missing) this.toasts.show(text("missing", { what: text("so_many", { name: gift.name, quantity }), missing }));
    return missing > 0;
  }

  async #confirmed(gift, quantity, coins) {
    const { spendable } = this.gifting;
    const key = confirmedKey(this.fanfare.state.user);
    const confirmed = Number(sessionStorage.getItem(key));
    if (!mustAsk(coins, { confirmed, spendable })) return true;
    if (!(await askForGift(gift, { quantity, coins, left: spendable - coins }))) return false;
    sessionStorage.setItem(key, String(Math.max(coins, confirmed)));
    return true;
  }

  /**
   * Whoever only watches is asked for a name at the first act; the act follows as soon as the room knows the name.
   * @param {() => Promise<boolean>|boolean} act
   * @returns {Promise<boolean>} what it says, or false where the person would rather go on watching
   */
  async #askWhoThisIs(act) {
    const token = await askForName(lastName(), joinDemo);
    if (!token) return false;
    this.#token = token;
    const known = new Promise((resolve) => { this.#whenNamed = resolve; });
    this.fanfare.become(token);
    await known;
    return act();
  }

  /** The sheet, for somebody who has a wallet. */
  #getCoins() {
    if (isGuest(this.#token)) return this.#askWhoThisIs(() => this.recharge.open());
    return this.recharge.open();
  }

  #say(said) {
    if (isGuest(this.#token)) {
      this.#askWhoThisIs(() => this.composer.submit());
      return false;
    }
    this.fanfare.comment(said).then(() => this.composer.posted(), (error) => {
      this.composer.failed();
      this.toasts.show(text("comment_refused", { message: refusalText(error) }));
    });
    return true;
  }

  #receive({ state, fresh, messages }) {
    for (const message of messages) {
      if (message.type === "welcome" && !this.#feedItems.length) this.#feedItems = state.recent.reduce(applyToFeed, []);
      if (message.type === "gift_accepted") this.#recent.add(message.gift);
      this.limits.receive(message);
      this.moderation.receive(message);
    }
    this.#picture.update(state, fresh);
    for (const event of fresh) {
      this.#feedItems = applyToFeed(this.#feedItems, event);
      this.announcer.add(event, this.#gifts.get(event.gift)?.name ?? event.gift);
      // Nobody comes back to a tab to watch the last hour's gifts; the feed has them all.
      if (event.type === "gift_sent" && !document.hidden) this.alerts.push(event);
      if (event.type === "shout_out") this.shoutOuts.push(event);
      if (event.type === "goal_reached") this.goal.reached(event);
      if (event.type === "level_up") this.levels.show(event);
    }
    this.#draw();
  }

  #lineChanged(status) {
    this.bar.connection.update(status);
    this.composer.update({ open: status.state === "open" });
    if (status.state === "open") this.#opened();
    if (status.state === "stopped") this.#end(status.code);
    this.#draw();
  }

  #opened() {
    this.#whenNamed?.();
    this.#picture.start({ state: () => this.fanfare.state, gifts: this.#gifts });
  }

  #end(code) {
    if (code === UNAUTHORIZED) forgetToken(this.#token);
    showClosed(code);
  }

  /** Draws at most once a frame, whatever arrives. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const { state } = this.fanfare;
    const { sending, unknown, spendable, combo } = this.gifting;
    const isGuestHere = isGuest(this.#token);
    const balance = isGuestHere ? null : state.balance;
    const count = [...sending.values()].reduce((sum, quantity) => sum + quantity, 0);
    this.balance.update({ balance, sending: count, unknown });
    this.frame.giftsButton.update({ balance, sending: count });
    // Who has no wallet yet is not told that coins are missing in it.
    const coins = isGuestHere ? Infinity : spendable;
    this.tray.update({ coins, sending, live: state.room?.status === "live", recent: this.#recent.ids, packages: this.#packages });
    this.combo.update(combo && { ...combo, sending: sending.get(combo.gift.id) ?? 0 });
    this.feed.update(this.#feedItems);
    this.board.update(state.leaderboard, state.user?.id);
    this.goal.update(state.goal);
    this.promote.update(state.room, this.#token);
    this.bar.update(state);
    if (state.user) this.recharge.setUser(state.user);
  }
}

async function main() {
  const roomId = roomIdOf(location.pathname);
  const catalogue = fetchGifts(document.body.dataset.kind);
  // Seen to later; until then a failure must not count as unhandled.
  catalogue.catch(() => {});
  const token = (await takeToken(roomId, askToReplace)) ?? (await joinDemo(null));
  return new RoomPage({ roomId, token, ...(await catalogue) });
}

main().catch((error) => {
  // Only the demo lets anybody in; elsewhere the platform's link brings the token.
  const isUninvited = error.status === 404;
  showEnd(isUninvited ? text("invitation") : error.message || text("login_failed"), { reload: !isUninvited });
});
