/** The lobby: what this is, who is live, and the name to join with. */

import { latest } from "./core/latest.js";
import { withPromoted } from "./core/promoted.js";
import { inOrderByPages, isOnAir, pathOf, wordOf } from "./core/rooms.js";
import { ROOMS_A_PAGE, fetchSomeRooms } from "./net/api.js";
import { FanfareError } from "./net/http.js";
import { demoIdentity, joinDemo, lastName } from "./net/identity.js";
import { fetchPlaces, tellFollowed, tellSeen } from "./net/promoted_api.js";
import { avatar } from "./ui/avatar.js";
import { nameForm } from "./ui/dialogs.js";
import { compact, el, setText, text } from "./ui/dom.js";
import { copyText } from "./ui/copy.js";
import { icon } from "./ui/icon.js";
import { mountSeen } from "./ui/seen.js";
import { mountLanguageChoice } from "./ui/language.js";

const LOOK_EVERY_MS = 5000;
/** More of the rooms are shown so many at a time; who sees very many is told less often of what has changed in them. */
const OFTEN_UP_TO = 100;
/** A promoted card stays for a while: nothing moves about under a finger. */
const PLACES_EVERY_MS = 60_000;

/** A taste of what can be sent: gift and size. */
const HERO_GIFTS = [["rose", 56], ["crown", 72], ["unicorn", 96], ["rocket", 80], ["diamond_ring", 60]];

const token = () => demoIdentity()?.token ?? null;
const seen = mountSeen((batch) => tellSeen(batch, token()));

function roomCard({ room, ticket }) {
  const { poster } = room.media ?? {};
  return el("li", {},
    el("a.room-card.panel", {
      href: pathOf(room),
      "data-room": room.id,
      "data-kind": room.kind,
      "data-status": room.status,
      "data-ticket": ticket,
      onclick: (event) => enter(event, room, ticket),
    },
    el("span.room-stage", {},
      poster ? el("img.room-poster", { src: poster, alt: "", loading: "lazy" }) : null,
      el("span.badge", { "data-live": String(isOnAir(room)), text: text(wordOf(room)) }),
      el("span.room-viewers", { "aria-hidden": "true" }, el("span.eye"), compact(room.viewers)),
      ticket ? el("span.promoted", { text: text("promoted"), "data-testid": "promoted" }) : null),
    el("span.room-words", {}, avatar(room.streamer),
      el("span.room-names", {}, el("bdi.room-title", { text: room.title }), el("bdi.room-streamer", { text: room.streamer.name })),
      el("span.visually-hidden", { text: text("viewers", { count: room.viewers }) }))));
}

/** A name that stands in the field already goes along: one touch of a card is enough to join. */
async function enter(event, room, ticket) {
  const name = document.querySelector("[data-testid=name-field]")?.value.trim();
  const joins = name && demoIdentity()?.name !== name;
  if (ticket && !joins) tellFollowed(ticket, room.id, token()).catch(() => null);
  if (!joins) return;
  event.preventDefault();
  await joinDemo(name).catch(() => null);
  if (ticket) tellFollowed(ticket, room.id, token()).catch(() => null);
  location.assign(pathOf(room));
}

function showRooms(rooms, places) {
  const list = document.getElementById("rooms");
  const focused = document.activeElement?.dataset.room;
  list.replaceChildren(...withPromoted(inOrderByPages(rooms, ROOMS_A_PAGE), places).map(roomCard));
  seen.watch(new Map([...list.querySelectorAll("[data-ticket]")].map((card) => [card, card.dataset.ticket])));
  if (focused) list.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
  say(rooms.length ? "" : text("lobby_empty"));
}

function say(words) {
  const place = document.getElementById("rooms-empty");
  place.hidden = !words;
  setText(place, words);
}

const moreRooms = document.getElementById("rooms-more");
let count = ROOMS_A_PAGE;
let timer = null;
const begin = latest();

/** One page more; who has come to the button by keyboard goes on with the first of the new ones. */
async function showMore() {
  const known = new Set([...document.querySelectorAll("[data-room]")].map((card) => card.dataset.room));
  count += ROOMS_A_PAGE;
  await look();
  [...document.querySelectorAll("[data-room]")].find((card) => !known.has(card.dataset.room))?.focus();
}

let places = [];
let placesMs = -PLACES_EVERY_MS;

/** The promoted rooms; a lobby without them is a lobby too. */
async function lookForPlaces() {
  if (document.hidden || performance.now() - placesMs < PLACES_EVERY_MS) return;
  placesMs = performance.now();
  places = await fetchPlaces(token()).catch(() => []);
}

async function look() {
  clearTimeout(timer);
  const isNewest = begin();
  try {
    const [{ rooms, more }] = await Promise.all([fetchSomeRooms(count), lookForPlaces()]);
    // More was asked for meanwhile.
    if (!isNewest()) return;
    moreRooms.hidden = !more;
    const news = JSON.stringify([rooms, places]);
    // Drawn only when something changed: a card must not move away under a finger.
    if (look.last !== news) showRooms(rooms, places);
    look.last = news;
  } catch (error) {
    if (!(error instanceof FanfareError)) throw error;
    if (!isNewest()) return;
    look.last = null;
    say(text("lobby_failed"));
  }
  timer = setTimeout(look, LOOK_EVERY_MS * Math.ceil(count / OFTEN_UP_TO));
}

async function joinFirst(name) {
  await joinDemo(name);
  const first = document.querySelector(".room-card[data-status=live]");
  if (first) location.assign(first.href);
}

function mountCopy() {
  const button = document.getElementById("overlay-copy");
  button.addEventListener("click", async () => {
    const copied = await copyText(document.getElementById("overlay-command"));
    setText(button, text(copied ? "copied" : "copy_by_hand"));
    setTimeout(() => setText(button, text("copy")), 2000);
  });
}

document.getElementById("join").append(nameForm(lastName(), joinFirst));
document.getElementById("hero-gifts").append(...HERO_GIFTS.map(([id, size]) => icon(id, { size })));
moreRooms.addEventListener("click", showMore);
mountCopy();
mountLanguageChoice();
look();
