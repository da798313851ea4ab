/**
 * Types of fanfare.js. Times are milliseconds since 1970 by the server's clock, coins whole numbers, diamonds decimal
 * strings. What the server says is as its contract has it (/v1/asyncapi.json, /v1/openapi.json); fields may be added.
 */

export interface Options {
  /** The room's id. */
  room: string;
  /** Who it is: a JWT that the platform's backend has signed. */
  token: string;
  /** A new token when the old one has run out; null where there is none. Asked once for each line that worked. */
  renew?: () => Promise<string | null>;
  /** The server's address; the page's own origin by default. */
  server?: string;
  /** Where gifts are kept until they are answered; sessionStorage by default. */
  storage?: Storage;
  /** The catalogue, where the page has it already. */
  gifts?: Gift[];
  /** What an overlay says of itself, for the studio's list. */
  source?: Source;
}

export interface Status {
  /** `waiting`: the line broke, and is made again by itself. `stopped`: `close()`, or the server wants nobody back. */
  state: "connecting" | "open" | "waiting" | "stopped";
  /** The close code, where it stopped: 4500 to 4999 say not to come back. */
  code?: number;
}

/** What is known of the room: the server's messages, folded. Never changed in place. */
export interface State {
  epoch: string | null;
  offset: number;
  user: UserView | null;
  room: RoomView | null;
  viewers: number;
  balance: Balance | null;
  leaderboard: Rank[];
  coinsTotal: number;
  /** The latest gifts, the newest last; fifty at most. */
  recent: GiftSent[];
  /** Those that run, by their ids. */
  streaks: Record<string, Streak & { sender: Sender; gift: string; receiver: string }>;
  goal: GoalView | null;
  /** An event is missing: the line is made anew, and brings it. */
  gap: boolean;
}

/** One frame of the server, folded. */
export interface Change {
  state: State;
  /** Those room events of the frame that were not seen before, in order. */
  fresh: RoomEvent[];
  /** All that the frame said. */
  messages: Message[];
}

/**
 * A gift on its way. `unknown`: the line broke after it was sent; it is sent again, and paid once. `waiting`: a guardian is
 * asked for it.
 */
export interface Unanswered {
  id: string;
  gift: string;
  quantity: number;
  /** What it costs. */
  coins: number;
  state: "sending" | "unknown" | "waiting";
  receiver?: string;
  message?: string;
  anonymous?: boolean;
}

/** What became of a gift, also of one that an earlier visit to this tab has sent. */
export interface Answer {
  /** `sending`, `unknown` and `waiting` (for a guardian): the server cannot say yet, and is asked again. */
  state: "accepted" | "refused" | "sending" | "unknown" | "waiting";
  /** The command. */
  gift: { id: string; gift: string; quantity: number };
  reply: GiftAccepted | Refusal;
}

export interface More {
  /** 1 to 999; 1 by default. */
  quantity?: number;
  /** A guest's id; the streamer by default. */
  receiver?: string;
  /** At most 120 characters. */
  message?: string;
  anonymous?: boolean;
}

/**
 * A refusal of the server. `slug` is one of the contract's, such as insufficient_coins; of the client's own are
 * `unavailable` (no line; where the server has ended it for good: `unauthorized`, `forbidden`, `room_not_found` ...),
 * `overloaded` (a hundred gifts wait for an answer) and `unknown_outcome` (the line went for good before there was one:
 * the gift is kept, and sent when somebody connects again).
 */
export class FanfareError extends Error {
  slug: string;
  retryable: boolean;
  details: Record<string, unknown>;
  /** Of an HTTP answer; 0 without any. */
  status: number;
}

/** What is told, by type: each of the server's messages once and room events in order; besides, three of the client's own. */
export interface Events extends Told {
  change: Change;
  status: Status;
  answer: Answer;
}

/** One room and one person in it. An event's message is its `detail`. */
export class Fanfare extends EventTarget {
  constructor(options: Options);
  readonly state: State;
  readonly status: Status;
  /** The server's clock now. */
  readonly serverMs: number;
  /** The coins in the wallet; null before the welcome, and for somebody who has none. */
  readonly coins: number | null;
  readonly unanswered: Unanswered[];
  /** Joins the room, and comes back by itself whenever the line breaks. */
  connect(): void;
  /** Leaves the room. Gifts without an answer are kept, and sent when somebody connects here again. */
  close(): void;
  /** Goes on as somebody else, on another line. */
  become(token: string): void;
  /** What can be given. */
  gifts(): Promise<Gift[]>;
  /** What coins cost here, with the tax in it. */
  packages(): Promise<Packages>;
  /** The wallet as the books have it. */
  wallet(): Promise<WalletView>;
  /** Sends a gift, which is paid once however often the line breaks. Rejects with a FanfareError. */
  sendGift(gift: string, more?: More): Promise<GiftAccepted>;
  /** Says something; the answer is the comment as the room sees it. Rejects with a FanfareError; it is not sent again. */
  comment(text: string): Promise<CommentPosted>;
  /** A person's place among the room's top gifters, from 1; 0 for none. */
  placeOf(id: string | null): number;
  /** An id for anything that is to be done once: a UUIDv7 by the server's clock. */
  newId(): string;
  addEventListener<K extends keyof Events>(
    type: K, listener: (event: CustomEvent<Events[K]>) => void, options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The server's messages by their types. */
export interface Told {
  gift_sent: GiftSent;
  streak_ended: StreakEnded;
  comment_posted: CommentPosted;
  comment_removed: CommentRemoved;
  message_removed: MessageRemoved;
  shout_out: ShoutOut;
  room_changed: RoomChanged;
  goal_changed: GoalChanged;
  goal_reached: GoalReached;
  level_up: LevelUp;
  welcome: Welcome;
  resync: Resync;
  gift_accepted: GiftAccepted;
  error: Refusal;
  pong: Pong;
  viewers: Viewers;
  room_rules: RoomRules;
  muted: Muted;
  leaderboard: Leaderboard;
  wallet_changed: WalletChanged;
  limits_changed: LimitsChanged;
  reminder: Reminder;
  approval_decided: ApprovalDecided;
  unusual_purchase: UnusualPurchase;
  overlay_changed: OverlayChanged;
  overlay_command: OverlayCommand;
  shout_out_decided: ShoutOutDecided;
  reconnect: Reconnect;
}

export type Message = Told[keyof Told];

/** What has a place in the room's order. */
export type RoomEvent = Exclude<Extract<Message, { offset: number }>, Welcome | Resync>;

/** A gift was paid; `quantity` and `coins` are of this event, `streak` of all its gifts so far. */
export interface GiftSent {
  type: "gift_sent";
  offset: number;
  at_ms: number;
  id: string;
  sender: Sender;
  receiver: string;
  gift: string;
  quantity: number;
  coins: number;
  diamonds: string;
  streak: Streak | null;
  message?: string;
}

/** Who did it; id and name are null where they wish to be anonymous. Who has a level yet has it. */
export interface Sender {
  id: string | null;
  name: string | null;
  avatar?: string;
  level?: number;
}

/** A running or ended streak's totals; its id is the journal number of its first gift. */
export interface Streak {
  id: string;
  count: number;
  coins: number;
}

/** A streak is over; exactly one for each. */
export interface StreakEnded {
  type: "streak_ended";
  offset: number;
  at_ms: number;
  streak: Streak;
  sender: Sender;
  gift: string;
  receiver: string;
}

/** Somebody said something. The id is `<the sender's id>:<the id of the command>`. */
export interface CommentPosted {
  type: "comment_posted";
  offset: number;
  at_ms: number;
  id: string;
  sender: Sender;
  text: string;
}

/** A comment is not to be shown any more. */
export interface CommentRemoved {
  type: "comment_removed";
  offset: number;
  at_ms: number;
  id: string;
}

/** The streamer thanks somebody before everyone, for a gift perhaps: once for each. */
export interface ShoutOut {
  type: "shout_out";
  offset: number;
  at_ms: number;
  user: Sender;
  gift?: SentGift;
  text?: string;
}

/** A gift that was sent: the `id` of its `gift_sent`, what it is and how many. */
export interface SentGift {
  id: string;
  gift: string;
  quantity: number;
}

/** The words that came with a gift, by the id of its `gift_sent`, are not to be shown any more. */
export interface MessageRemoved {
  type: "message_removed";
  offset: number;
  at_ms: number;
  id: string;
}

/** The room has another title, status or guests; its `viewers` here is 0, `viewers` messages have the number. */
export interface RoomChanged {
  type: "room_changed";
  offset: number;
  at_ms: number;
  room: RoomView;
}

/** A room as everyone sees it. */
export interface RoomView {
  id: string;
  title: string;
  kind: "live" | "video";
  status: "ended" | "live";
  streamer: Member;
  guests: Member[];
  viewers: number;
  promotable: boolean;
  media?: Media;
}

/** A person of a room: its streamer or a guest. */
export interface Member {
  id: string;
  name: string;
}

/** The clip of a video: where it is, a picture of it, how long it is. */
export interface Media {
  url: string;
  poster?: string | null;
  seconds?: number | null;
}

/** The room's goal was set or cleared, or has come further: told once for all gifts of a moment. */
export interface GoalChanged {
  type: "goal_changed";
  offset: number;
  at_ms: number;
  goal: GoalView | null;
}

/** A goal as everyone sees it: `progress` goes on beyond `target` when it is `reached`. */
export interface GoalView {
  id: string;
  title: string;
  /** So many coins, or so many of `gift`. */
  target: number;
  gift: string | null;
  ends_ms: number | null;
  progress: number;
  reached: boolean;
}

/** A gift has reached the room's goal, `sender`'s; exactly one for each goal that is. */
export interface GoalReached {
  type: "goal_reached";
  offset: number;
  at_ms: number;
  goal: GoalView;
  sender: Sender;
}

/** Somebody has given enough in all for another level; told once, and never of anonymous gifts. */
export interface LevelUp {
  type: "level_up";
  offset: number;
  at_ms: number;
  user: Sender;
  level: number;
}

/** The answer to hello. Events from `offset` + 1 follow; a recovered client keeps its state and gets no snapshot. */
export interface Welcome {
  type: "welcome";
  protocol: number;
  server_ms: number;
  user: UserView;
  room: RoomView;
  epoch: string;
  offset: number;
  recovered: boolean;
  snapshot: Snapshot | null;
  balance: Balance | null;
  catalogue_version: number;
  heartbeat_s: number;
}

/** Who the connection belongs to, with the level that the person has. `limited`: spending has limits. */
export interface UserView {
  id: string;
  name: string;
  role: string;
  level?: number;
  limited?: boolean;
}

/** A room at one offset. `streaks_more` run too: each says its totals with its next gift, or ends within seconds. */
export interface Snapshot {
  leaderboard: Rank[];
  coins_total: number;
  recent: GiftSent[];
  streaks: RunningStreak[];
  streaks_more: number;
  goal: GoalView | null;
}

/** A place on a leaderboard. `gifts`, how many were given, is there where the board goes by that. */
export interface Rank {
  user: Sender;
  coins: number;
  gifts?: number;
}

/** A streak that runs at the snapshot. */
export interface RunningStreak {
  streak: Streak;
  sender: Sender;
  gift: string;
  receiver: string;
}

/** A wallet's coins. A lower `version` than one already seen is older. */
export interface Balance {
  coins: number;
  version: number;
}

/** A new beginning for a connection that read too slowly: events were left out, `snapshot` has their effect. */
export interface Resync {
  type: "resync";
  protocol: number;
  server_ms: number;
  user: UserView;
  room: RoomView;
  epoch: string;
  offset: number;
  recovered: boolean;
  snapshot: Snapshot | null;
  balance: Balance | null;
  catalogue_version: number;
  heartbeat_s: number;
}

/** The gift is paid and on disk. `duplicate` on a repeat: all else is as the first time. */
export interface GiftAccepted {
  type: "gift_accepted";
  id: string;
  gift: string;
  quantity: number;
  coins: number;
  diamonds: string;
  balance: Balance;
  n: number;
  streak: StreakCount | null;
  duplicate: boolean;
}

/** Where a streak stands for its sender. */
export interface StreakCount {
  id: string;
  count: number;
}

/** A command was refused. Retryable: the same command, with the same id, may be sent again. */
export interface Refusal {
  type: "error";
  id: string | null;
  error: string;
  message: string;
  retryable: boolean;
  details: Record<string, unknown>;
}

/** The answer to ping. */
export interface Pong {
  type: "pong";
  server_ms: number;
  id?: string;
}

/** How many viewers the room has. */
export interface Viewers {
  type: "viewers";
  count: number;
}

/** How comments go in this room: the time between two of one person, and whether there are any. */
export interface RoomRules {
  type: "room_rules";
  slow_s: number;
  comments: boolean;
}

/** Said to somebody who is muted: until when; null when it is over before its time. */
export interface Muted {
  type: "muted";
  until_ms: number | null;
}

/** The room's top viewers, by coins. */
export interface Leaderboard {
  type: "leaderboard";
  top: Rank[];
}

/** The wallet of this connection's user changed. */
export interface WalletChanged {
  type: "wallet_changed";
  balance: Balance;
}

/** Coins for one gift, a day, a week and a month at most; null: as many as there are. */
export interface LimitAmounts {
  gift: number | null;
  day: number | null;
  week: number | null;
  month: number | null;
}

/** What bounds the spending of this connection's user was changed. */
export interface LimitsChanged {
  type: "limits_changed";
}

/** So many coins went out in one sitting as the user wished to be reminded after; in all of today, `spent_today`. */
export interface Reminder {
  type: "reminder";
  spent_today: number;
}

/**
 * What a guardian was asked for is decided, or was not in time: what was approved goes when it is sent once more. `id`
 * is the `approval` of the refusal `approval_needed`.
 */
export interface ApprovalDecided {
  type: "approval_decided";
  id: string;
  approved: boolean;
}

/** Many coins were bought for this connection's user, from an address that is new: perhaps by somebody else. */
export interface UnusualPurchase {
  type: "unusual_purchase";
  purchase: string;
  at_ms: number;
  coins: number;
  price: Money;
}

/** What the room's overlays go by; said to overlays and to the room's streamer alone. */
export interface OverlayChanged {
  type: "overlay_changed";
  version: number;
  settings: OverlaySettings;
}

/** The body of PUT /v1/rooms/{id}/overlay; what is left out is as it is at first. */
export interface OverlaySettings {
  volume?: number;
  muted?: boolean;
  paused?: boolean;
  widgets?: OverlayWidgets;
  rules?: OverlayRule[];
  shout_outs?: ShoutOutSettings;
}

/** Which parts of the overlay are shown. */
export interface OverlayWidgets {
  alerts?: boolean;
  goal?: boolean;
  board?: boolean;
  feed?: boolean;
  combo?: boolean;
}

/** How a gift is shown, or all gifts from a price on; what is null is as without the rule. */
export interface OverlayRule {
  gift?: string | null;
  from_coins?: number | null;
  sound?: string | null;
  template?: "banner" | "ribbon" | "scene" | null;
  seconds?: number | null;
  volume?: number | null;
}

/** The body of PUT /v1/rooms/{id}/shout-outs; what is left out is as it is at first. */
export interface ShoutOutSettings {
  enabled?: boolean;
  approve?: boolean;
  voice?: "ar" | "de" | "en" | "en-us" | "es" | "fr" | "it" | "ja" | "pl" | "pt" | "pt-br";
  volume?: number;
  muted?: boolean;
}

/** What overlays are to do now: said to them and to the room's streamer alone. A `test` is of no money at all. */
export interface OverlayCommand {
  type: "overlay_command";
  command: "clear" | "replay" | "skip" | "test";
  gift: string | null;
  storm: boolean;
  test: boolean;
}

/** What becomes of the words of a gift; said to overlays and to the streamer alone. Anonymous: no `sender`. */
export interface ShoutOutDecided {
  type: "shout_out_decided";
  gift: string;
  decision: "approve" | "replay" | "skip";
  sender: Member | null;
  text: string;
}

/** The server goes; come back after that time. */
export interface Reconnect {
  type: "reconnect";
  after_ms: number;
  reason: string;
}

/** What an overlay says of itself in its hello: the widgets that it shows, and what shows it. */
export interface Source {
  widget?: string;
  program?: "browser" | "obs" | "studio";
}

/** One gift. `names` by language; `countries` empty: all; times in ms since 1970; `scopes`: kinds of rooms. */
export interface Gift {
  id: string;
  name: string;
  names?: Record<string, string>;
  price_coins: number;
  tier: "banner" | "float" | "ribbon" | "scene";
  streakable: boolean;
  animation: string;
  sound: string;
  from_ms?: number | null;
  until_ms?: number | null;
  countries?: string[];
  scopes?: ("live" | "video")[];
}

/** A person's wallet. */
export interface WalletView {
  coins: number;
  version: number;
  debt: number;
  country: string;
  currency: string | null;
  spent_today: number | null;
  limits: LimitAmounts | null;
  unusual: UnusualNotice[] | null;
}

/** A large purchase from an address that was new: `purchase` is its id, `at_ms` when it was asked for. */
export interface UnusualNotice {
  purchase: string;
  at_ms: number;
  coins: number;
  price: Money;
}

/** What can be bought. `refund_days`: how long unused coins go back for their money; `wording` names the text. */
export interface Packages {
  country: string;
  currency: string;
  channel: "app" | "web";
  price_book: string;
  tax: TaxView;
  packages: PackageView[];
  exact: ExactView;
  refund_days: number;
  wording: string;
  providers: string[];
}

/** The tax on coins. `included`: the price book's prices contain it; what is told here always does. */
export interface TaxView {
  included: boolean;
  ppm: number;
  name: string;
}

/** A package. `price` is what is paid in all, `tax` the part of it that is tax, `per_100` what 100 coins come to. */
export interface PackageView {
  id: string;
  coins: number;
  bonus: number;
  price: Money;
  tax: Money;
  per_100: Money;
  offer: OfferView | null;
}

/** An amount of money: `minor` x 10^-`exponent` of the currency's unit. */
export interface Money {
  minor: number;
  currency: string;
  exponent: number;
}

/** An offer that runs until then, and what the package costs and brings without it. `labels` by language. */
export interface OfferView {
  label: string;
  labels: Record<string, string>;
  until_ms: number;
  usual_price: Money;
  usual_bonus: number;
}

/** Any number of coins between these can be bought, at so much for 100, rounded up. */
export interface ExactView {
  min_coins: number;
  max_coins: number;
  per_100: Money;
}
