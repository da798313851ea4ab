/**
 * What a page knows of its room: a reducer over the server's messages. Pure, no clock, no drawing.
 * The same events give the same state however they are delivered: offsets already seen are ignored, and a
 * hole stops the fold, so that the connection can ask again from the last offset that is certain.
 */

const RECENT_MAX = 50;

/** The state before the first welcome. */
export function emptyState() {
  return {
    epoch: null,
    offset: 0,
    user: null,
    room: null,
    viewers: 0,
    balance: null,
    leaderboard: [],
    coinsTotal: 0,
    recent: [],
    streaks: {},
    goal: null,
    gap: false,
  };
}

/**
 * Folds one server frame.
 * @param {object} state
 * @param {object[]} messages
 * @returns {{state: object, fresh: object[]}} `fresh`: the room events that were new, in order; while
 *   `state.gap` is true the connection has to be made anew with `resumeOf(state)`
 */
export function applyFrame(state, messages) {
  const fresh = [];
  for (const message of messages) {
    const next = applyMessage(state, message);
    if (next !== state && isRoomEvent(message) && next.offset === message.offset) fresh.push(message);
    state = next;
  }
  return { state, fresh };
}

/** A person's place among the room's top gifters, from 1; 0 for none. */
export function placeOn(leaderboard, id) {
  return id === null ? 0 : leaderboard.findIndex(({ user }) => user.id === id) + 1;
}

/** What `hello` carries to get what was missed, or undefined at first. */
export function resumeOf(state) {
  return state.epoch === null ? undefined : { epoch: state.epoch, offset: state.offset };
}

/**
 * A balance of the server, unless it is older than the one shown.
 * @param {{coins: number, version: number}|null} shown
 * @param {{coins: number, version: number}|null|undefined} told
 */
function newerBalance(shown, told) {
  if (!told) return shown;
  return shown && shown.version >= told.version ? shown : { coins: told.coins, version: told.version };
}

/** Folds one message. @param {object} state @param {object} message */
function applyMessage(state, message) {
  switch (message.type) {
    case "welcome":
    case "resync":
      return applyWelcome(state, message);
    case "viewers":
      return { ...state, viewers: message.count };
    case "leaderboard":
      return { ...state, leaderboard: message.top };
    case "gift_accepted":
    case "wallet_changed":
      return { ...state, balance: newerBalance(state.balance, message.balance) };
    default:
      return isRoomEvent(message) ? applyEvent(state, message) : state;
  }
}

function isRoomEvent(message) {
  return Number.isInteger(message.offset) && message.type !== "welcome" && message.type !== "resync";
}

function applyWelcome(state, message) {
  const sameUser = !message.user || state.user?.id === message.user.id;
  const next = {
    ...state,
    user: message.user ?? state.user,
    room: message.room ?? state.room,
    viewers: message.room?.viewers ?? state.viewers,
    balance: newerBalance(sameUser ? state.balance : null, message.balance),
    gap: false,
  };
  // What was missed follows as ordinary events: our own offset stands until they have come.
  if (message.recovered && state.epoch === message.epoch) return next;
  const snapshot = message.snapshot ?? {};
  const streaks = (snapshot.streaks ?? []).map((running) => [running.streak.id, runningStreak(running)]);
  return {
    ...next,
    epoch: message.epoch,
    offset: message.offset,
    leaderboard: snapshot.leaderboard ?? [],
    coinsTotal: snapshot.coins_total ?? 0,
    recent: (snapshot.recent ?? []).slice(-RECENT_MAX),
    streaks: Object.fromEntries(streaks),
    goal: snapshot.goal ?? null,
  };
}

function applyEvent(state, event) {
  if (state.epoch === null || state.gap || event.offset <= state.offset) return state;
  if (event.offset > state.offset + 1) return { ...state, gap: true };
  const next = { ...state, offset: event.offset };
  switch (event.type) {
    case "gift_sent":
      next.coinsTotal = state.coinsTotal + event.coins;
      next.recent = [...state.recent, event].slice(-RECENT_MAX);
      if (event.streak) next.streaks = { ...state.streaks, [event.streak.id]: runningStreak(event) };
      return next;
    case "streak_ended": {
      const { [event.streak.id]: _ended, ...others } = state.streaks;
      next.streaks = others;
      return next;
    }
    case "goal_changed":
    case "goal_reached":
      next.goal = event.goal;
      return next;
    case "room_changed":
      next.room = event.room;
      return next;
    default:
      // Comments, and types of a later server: their place in the order counts.
      return next;
  }
}

/** Of a gift's event, or of a snapshot: both name the streak's totals and whose it is. */
function runningStreak({ streak, sender, gift, receiver }) {
  return { ...streak, sender, gift, receiver };
}
