/** The page of a person's promotions: what was bought, what came of it, and the sheet to promote a room. Wiring only. */

import { isMeant } from "./core/rooms.js";
import { createUuid7 } from "./core/uuid7.js";
import { searchRooms } from "./net/api.js";
import { PAGES, takeAlong } from "./net/identity.js";
import { createPromotion, fetchPromotion, fetchPromotionPackages, fetchPromotions } from "./net/promotions_api.js";
import { fetchRoom, fetchWallet } from "./net/wallet_api.js";
import { el, setText } from "./ui/dom.js";
import { mountLooks } from "./ui/looks.js";
import { startMoneyPage } from "./ui/money_start.js";
import { problemOf, saidOnce } from "./ui/problem.js";
import { mountPromotionCard } from "./ui/promotions/card.js";
import { openPromotionSheet } from "./ui/promotions/sheet.js";
import { say } from "./ui/promotions/words.js";
import { mountToasts } from "./ui/toasts.js";

const LOOK_EVERY_MS = 3000;

const place = document.getElementById("main");
const query = new URLSearchParams(location.search);
const makeKey = createUuid7((bytes) => crypto.getRandomValues(bytes));

async function showPromotions(token) {
  const toasts = mountToasts();
  const onProblem = (words) => toasts.show(words);
  const list = mountList({ token, onProblem });
  const balance = el("p.promote-balance", { "data-testid": "coins" });
  // One key for one wish: a second try is not a second promotion.
  const wishes = new Map();

  async function promote(wanted) {
    const name = JSON.stringify(wanted);
    if (!wishes.has(name)) wishes.set(name, makeKey(Date.now()));
    try {
      await createPromotion(wanted, { token, key: wishes.get(name) });
    } catch (error) {
      // What a guardian is asked for goes under the same key.
      if (error.status >= 400 && error.status < 500 && error.slug !== "approval_needed") wishes.delete(name);
      throw error;
    }
    wishes.delete(name);
    toasts.show(say("started"));
    await looks.look();
  }
  async function openSheet(room) {
    try {
      const named = room === null ? null : fetchRoom(room).catch(() => null);
      const [meant, { packages }] = await Promise.all([named, fetchPromotionPackages(token), looks.look()]);
      const about = { meant: meant && canBePromoted(meant) ? meant : null, isGone: room !== null };
      openPromotionSheet({ ...about, findRooms, packages, coins, walletLink: () => walletLink(token) }, promote);
    } catch (error) {
      toasts.show(problemOf(error, say));
    }
  }
  let coins = 0;
  function show([wallet, page]) {
    ({ coins } = wallet);
    setText(balance, say("balance", { count: coins }));
    list.show(page);
  }
  const load = () => Promise.all([fetchWallet(token), list.load()]);
  const looks = mountLooks({ load, show, everyMs: () => LOOK_EVERY_MS, onProblem, say });
  looks.take(await load());
  place.replaceChildren(
    el("div.money-side", {}, el("section.promote-intro.panel", {},
      el("h1", { text: say("heading") }), el("p", { text: say("about") }), balance,
      el("button.button.button-gift", { type: "button", text: say("promote"), "data-testid": "open-promote", onclick: () => openSheet(null) }))),
    el("div.money-lists", {}, list.node));
  document.body.append(toasts.node);
  if (query.has("room")) openSheet(query.get("room") || null);
  looks.start();
}

function findRooms(words, cursor) {
  return searchRooms((room) => canBePromoted(room) && isMeant(room, words), cursor);
}

const canBePromoted = ({ status, promotable }) => status === "live" && promotable !== false;

function walletLink(token) {
  return el("a.button", { href: PAGES.wallet, text: say("get_coins"), "data-testid": "to-wallet", onclick: () => takeAlong(token, PAGES.wallet) });
}

/** All promotions, the newest first; the first page is looked at again and again. */
function mountList({ token, onProblem }) {
  const cards = new Map();
  const titles = new Map();
  const problems = saidOnce(onProblem);
  const rows = el("div.promotions");
  const empty = el("p.promotions-empty.panel", { text: say("empty") });
  const more = el("button.button", { type: "button", text: say("more"), hidden: true, onclick: () => older() });
  let cursor = null;
  let grew = false;

  function titleOf(room) {
    if (!titles.has(room)) titles.set(room, fetchRoom(room).then(({ title }) => title, () => room));
    return titles.get(room);
  }
  /** A page of them, with what their rooms are called. */
  async function load(from) {
    const page = await fetchPromotions(token, from);
    return { ...page, names: await Promise.all(page.promotions.map(({ room }) => titleOf(room))) };
  }
  function add({ promotions, names }, atTheEnd) {
    for (const [i, promotion] of promotions.entries()) {
      let card = cards.get(promotion.id);
      if (!card) {
        card = mountPromotionCard({ title: names[i], onOpen: (isOpen) => isOpen && report(promotion.id) });
        cards.set(promotion.id, card);
        rows.insertBefore(card.node, atTheEnd ? null : (rows.children[i] ?? null));
      }
      card.update(promotion);
      if (card.isOpen()) report(promotion.id);
    }
    more.hidden = cursor === null;
    empty.hidden = cards.size > 0;
  }
  async function report(id) {
    try {
      cards.get(id).report(await fetchPromotion(id, token));
    } catch (error) {
      problems.failed(problemOf(error, say));
    }
  }
  /** The first page. */
  function show(page) {
    if (!grew) ({ cursor } = page);
    problems.well();
    add(page, false);
  }
  async function older() {
    more.disabled = true;
    try {
      const page = await load(cursor);
      grew = true;
      ({ cursor } = page);
      add(page, true);
    } catch (error) {
      onProblem(problemOf(error, say));
    }
    more.disabled = false;
  }
  const node = el("section.part", {}, el("h2.part-title", { text: say("mine") }), empty, rows, more);
  return { node, load, show };
}

startMoneyPage({ page: PAGES.promotions, say, show: showPromotions });
