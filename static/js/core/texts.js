/**
 * Every text that people read. One object for each language, with the same keys; values are strings or
 * functions of what they mention. Pure.
 */

import { formatNumber, isolated, plural } from "./format.js";
import { shopEnglish } from "./shop_texts.js";

const en = {
  ...shopEnglish,
  brand: "Fanfare",
  lobby_title: "Live rooms and videos",
  lobby_promise: "Join a room, send a gift, light up the stage.",
  lobby_about: "Live gifting on a server of your own: every gift counted once, seen by everyone, at once.",
  promoted: "Promoted",
  promote_room: "Promote a room",
  promote_this: "Promote this room",
  lobby_empty: "Nobody is live right now. This page looks again by itself.",
  lobby_failed: "The rooms could not be loaded. Trying again.",
  join_as: "Your name",
  join_hint: "Shown with your gifts",
  join: "Join",
  join_heading: "Join the room",
  join_text: "Pick the name that goes with your gifts and comments.",
  overlay_heading: "For the streamer",
  overlay_text: "The overlay goes into OBS as a browser source. Its address, with its key, is printed by:",
  copy: "Copy",
  copied: "Copied",
  copy_by_hand: "Selected: copy it",
  live: "Live",
  offline: "Not live",
  video: "Video",
  video_over: "Closed",
  given: "Given on this video",
  given_empty: "Nothing yet. The first gift stands here.",
  thanked: "Thanked",
  thanks_lead: (p) => `${isolated(p.name)} thanks`,
  thanks_gift: (p) => `for ${p.what}`,
  play: "Play",
  pause: "Pause",
  viewers: (p) => plural(p, p.count, { one: "viewer", other: "viewers" }),
  stage_label: (p) => `The stage of ${p.name}`,
  gifts: "Gifts",
  open_gifts: (p) => ["Open the gifts", p.coins && `Your balance: ${p.coins}`, p.sending].filter(Boolean).join(". "),
  close: "Close",
  mute: "Mute the gifts",
  tier_recent: "Recent",
  tier_ribbon: "Small",
  tier_float: "Sweet",
  tier_banner: "Big",
  tier_scene: "Grand",
  coins: (p) => plural(p, p.count, { one: "coin", other: "coins" }),
  balance: (p) => `Your balance: ${en.coins(p)}`,
  balance_unknown: "Your balance is not known yet.",
  // Names of buttons hold what is written on them, so that they can be called by it.
  gift_label: (p) =>
    [
      en.so_many(p),
      en.coins({ count: p.price, language: p.language }),
      p.money,
      p.missing ? `${formatNumber(p.missing, p.language)} missing` : null,
      p.sending ? en.sending_count({ count: p.sending, language: p.language }) : null,
    ].filter(Boolean).join(", "),
  so_many: (p) => (p.quantity > 1 ? `${p.name} ×${formatNumber(p.quantity, p.language)}` : p.name),
  missing: (p) => `You need ${en.coins({ count: p.missing, language: p.language })} more for ${en.so_many(p)}.`,
  quantity: "How many at once",
  words: "Words with your gift",
  sending_count: (p) => `Sending ${formatNumber(p.count, p.language)}`,
  sending_unknown: "Checking with the server",
  again: (p) =>
    [
      `Send ${en.so_many(p)} again`,
      p.count ? `×${formatNumber(p.count, p.language)}` : null,
      p.sending ? en.sending_count({ count: p.sending, language: p.language }) : null,
    ].filter(Boolean).join(", "),
  ask_heading: (p) => `Send ${en.so_many(p)}?`,
  ask_text: (p) =>
    `It costs ${en.coins({ count: p.price, language: p.language })}. ` +
    `You will have ${formatNumber(p.left, p.language)} left.`,
  ask_yes: "Send it",
  ask_no: "Not now",
  replace_heading: (p) => `Continue as ${isolated(p.to)}?`,
  replace_text: (p) =>
    `This link is for ${isolated(p.to)}, and here you are ${isolated(p.from)}. ` +
    "Gifts are paid from the wallet of whoever you go on as.",
  replace_yes: "Switch",
  replace_no: "Stay as I am",
  comment: "Say something",
  comment_send: "Send",
  comments: "Comments",
  feed_gift: (p) => (p.count > 1 ? `sent ${p.gift} × ${formatNumber(p.count, p.language)}` : `sent ${p.gift}`),
  ribbon_sent: (p) => `sent ${p.gift}`,
  crowd: (p) => plural(p, p.count, { one: "person", other: "people" }),
  somebody: "Somebody",
  you: "You",
  top_viewers: "Top gifters",
  top_empty: "The first gift opens the list.",
  goal: "The room's goal",
  goal_until: (p) => `until ${p.time}`,
  goal_numbers: (p) => `${p.progress} / ${p.target}`,
  goal_reached: "Reached!",
  goal_reached_by: (p) => `Reached by ${isolated(p.name)}!`,
  level: (p) => `Level ${p.level}`,
  level_reached: (p) => `reached level ${p.level}`,
  top_place: (p) => `Top ${p.place} in this room`,
  board_period: "Which time the board is of",
  board_live: "Live",
  board_day: "Today",
  board_week: "Week",
  board_all: "All time",
  board_leave: "Take me off the boards",
  board_return: "Put me back on the boards",
  connection_lost: "Reconnecting",
  connection_stopped: "Disconnected",
  refused: (p) => `${p.name} was not sent: ${p.message}`,
  comment_refused: (p) => `Your comment was not posted: ${p.message}`,
  outbox_full: "Too many gifts wait for the server. Wait for them before you send more.",
  not_live: "No gifts can be given here right now.",
  invitation: "This room opens from its platform: use the link that it gives you.",
  login_failed: "Joining failed. Try again in a moment.",
  close_4500: "This page and the server do not understand each other. Reload the page.",
  close_4501: "The server did not get to know who you are. Reload the page.",
  close_4502: "Your invitation has run out. Open the room from its platform again.",
  close_4503: "You were removed from this room.",
  close_4504: "There is no such room.",
  close_4505: "You have this room open too often. Close another one, then reload.",
  close_4506: "This page is from another version of the server. Reload the page.",
  close_other: "The server closed the connection for good. Reload the page.",
  retry: "Reload",
  back: "All rooms",
  says_gifts: (p) => {
    const first = p.gifts.slice(0, 2).map((g) => `${g.person ?? en.somebody} sent ${g.quantity} ${g.gift}`);
    const rest = p.gifts.length - first.length;
    return `${first.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}.`;
  },
  says_comments: (p) => {
    const last = p.comments.at(-1);
    const rest = p.comments.length - 1;
    return `${last.person}: ${last.text}${rest > 0 ? ` (${rest} more comments)` : ""}`;
  },
};

/** The languages there are. */
export const LANGUAGES = { en };

/**
 * The first wanted language that is there, else English.
 * @param {readonly string[]} wanted as in navigator.languages
 * @returns {string}
 */
export function pickLanguage(wanted) {
  const known = wanted.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => tag in LANGUAGES);
  return known ?? "en";
}

/**
 * The texts of one language.
 * @param {string} language
 * @param {Record<string, object>} [languages] a page's own texts, in place of those that all pages share
 * @returns {(key: string, mentions?: object) => string} a text; an unknown key is a mistake and throws
 */
export function textsFor(language, languages = LANGUAGES) {
  const own = languages[language] ?? languages.en;
  return (key, mentions = {}) => {
    const text = own[key] ?? languages.en[key];
    if (text === undefined) throw new Error(`no text: ${key}`);
    return typeof text === "function" ? text({ language, ...mentions }) : text;
  };
}
