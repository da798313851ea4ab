/** What people read on the page of their promotions, by language. Pure. */

import { formatNumber, isolated, plural } from "./format.js";
import { moneyEnglish } from "./money_texts.js";

const coins = (p, count) => plural(p, count, { one: "coin", other: "coins" });
const views = (p, count) => plural(p, count, { one: "view", other: "views" });
const backOf = (p) => {
  if (p.back === null) return " The rest is on its way back to your wallet.";
  return p.back ? ` ${coins(p, p.back)} came back.` : "";
};

const en = {
  ...moneyEnglish,
  nav_promotions: "Promotions",
  title: "Promotions",
  heading: "Be seen in the lobby",
  about: "Coins put a live room in a marked place among the others, evenly over the hours you choose. You pay for what is seen; the rest comes back.",
  sign_in_heading: "Your promotions",
  sign_in_text: "Pick a name: your coins and your promotions are kept under it.",
  invitation: "Your promotions open from your platform: use the link that it gives you.",
  balance: (p) => `You have ${coins(p, p.count)}`,
  promote: "Promote a room",
  mine: "My promotions",
  empty: "Nothing yet. A room that you promote stands here, with who saw it and what came of it.",
  close: "Close",
  which_room: "Which room?",
  no_rooms: "No room can be promoted now.",
  room_gone: "This room cannot be promoted now.",
  sheet_heading: (p) => `Promote ${isolated(p.title)}`,
  how_many: "How often is it seen?",
  package_views: (p) => views(p, p.count),
  package_hours: (p) => `within ${plural(p, p.count, { one: "hour", other: "hours" })}`,
  package_price: (p) => coins(p, p.count),
  package_label: (p) => `${views(p, p.views)} within ${plural(p, p.hours, { one: "hour", other: "hours" })}, ${coins(p, p.coins)}`,
  honest_view: "A view is one person who has the card before them for a second, at most three times an hour. Your own never count.",
  honest_back: "What is not seen in time, or because the room ends, comes back to your wallet, rounded up for you.",
  pay: (p) => `Promote for ${coins(p, p.count)}`,
  missing: (p) => `${coins(p, p.count)} are missing.`,
  get_coins: "Get coins",
  started: "Your room is promoted from now on.",
  failed: "It did not get through. Try again: nothing is paid twice.",
  stand_asked: "Is about to begin",
  stand_running: (p) => `Runs, ends ${p.until}`,
  stand_delivered: "Complete: all of it was seen.",
  stand_time_over: (p) => `Its time is over.${backOf(p)}`,
  stand_room_ended: (p) => `The room has ended.${backOf(p)}`,
  stand_not_promotable: (p) => `The owner wants no promotion.${backOf(p)}`,
  delivered: (p) => `${formatNumber(p.delivered, p.language)} of ${views(p, p.count)}`,
  fact_views: "Views",
  fact_visits: "Visits",
  fact_gifts: "Gifts within the hour",
  fact_gift_coins: (p) => coins(p, p.count),
  when: "When it was seen",
  point_about: (p) => `${p.from} to ${p.to} · ${plural(p, p.visits, { one: "visit", other: "visits" })} · ${plural(p, p.gifts, { one: "gift", other: "gifts" })}`,
  point_views: (p) => views(p, p.count),
  point_spoken: (p) => `${p.from} to ${p.to}: ${views(p, p.count)}, ${plural(p, p.visits, { one: "visit", other: "visits" })}, ${plural(p, p.gifts, { one: "gift", other: "gifts" })}`,
  even_pace: "The line is the even pace. Dots: visits. Squares: gifts that followed.",
};

/** The texts of the page of promotions, by language. */
export const PROMOTION_TEXTS = { en };
