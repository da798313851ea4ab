/** Types of static/fanfare.js. Times are milliseconds since 1970 by the server's clock, coins whole numbers. */

export interface Options {
  /** The room's id. */
  room: string;
  /** Who it is: a JWT that the platform's backend has signed. */
  token: string;
  /** A new token when the old one has run out; null where there is none. */
  renew?: () => Promise<string | null>;
  /** The server's address; the page's own origin by default. */
  server?: string;
  /** Where gifts are kept until they are answered; sessionStorage by default. */
  storage?: Storage;
}

export interface Person {
  id: string;
  name: string;
  avatar?: string;
  /** By the coins that they have given in all; missing where that is not enough for the first. */
  level?: number;
}

export interface Gift {
  id: string;
  name: string;
  price_coins: number;
  tier: string;
  streakable: boolean;
}

export interface Streak {
  id: string;
  count: number;
  coins: number;
}

export interface GiftSent {
  type: "gift_sent";
  offset: number;
  at_ms: number;
  id: string;
  sender: Person;
  receiver: string;
  gift: string;
  quantity: number;
  coins: number;
  diamonds: string;
  streak: Streak | null;
  message?: string;
}

export interface GiftAccepted {
  type: "gift_accepted";
  id: string;
  gift: string;
  quantity: number;
  coins: number;
  diamonds: string;
  balance: Balance;
  duplicate: boolean;
}

export interface Balance {
  coins: number;
  version: number;
}

export interface Status {
  state: "connecting" | "open" | "waiting" | "stopped";
  /** The close code, where it stopped: 4500 to 4999 say not to come back. */
  code?: number;
}

export interface Goal {
  id: string;
  title: string;
  /** So many coins, or so many of `gift`. */
  target: number;
  gift: string | null;
  ends_ms: number | null;
  /** Goes on beyond the target. */
  progress: number;
  reached: boolean;
}

export interface State {
  user: Person | null;
  room: { id: string; title: string; status: "live" | "ended"; streamer: Person; guests: Person[] } | null;
  viewers: number;
  balance: Balance | null;
  leaderboard: { user: Person; coins: number; gifts?: number }[];
  coinsTotal: number;
  recent: GiftSent[];
  goal: Goal | null;
}

export interface More {
  quantity?: number;
  /** A guest's id; the streamer by default. */
  receiver?: string;
  message?: string;
  anonymous?: boolean;
}

/** A refusal of the server. `slug` is one of the contract's, such as insufficient_coins. */
export class FanfareError extends Error {
  slug: string;
  retryable: boolean;
  details: Record<string, unknown>;
}

/**
 * One room and one person in it. Each event of the server is told by its type (gift_sent, comment, streak_ended,
 * room_changed, welcome, ...), with the message as `detail`; besides: `change` (State), `status` (Status) and `answer`.
 */
export class Fanfare extends EventTarget {
  constructor(options: Options);
  readonly state: State;
  readonly status: Status;
  readonly coins: number | null;
  readonly unanswered: { id: string; gift: string; quantity: number; state: "sending" | "unknown" }[];
  connect(): void;
  close(): void;
  gifts(): Promise<Gift[]>;
  packages(): Promise<Record<string, unknown>>;
  wallet(): Promise<{ coins: number; version: number }>;
  sendGift(gift: string, more?: More): Promise<GiftAccepted>;
  comment(text: string): void;
  addEventListener(type: "gift_sent", listener: (event: CustomEvent<GiftSent>) => void): void;
  addEventListener(type: "change", listener: (event: CustomEvent<State>) => void): void;
  addEventListener(type: "status", listener: (event: CustomEvent<Status>) => void): void;
  addEventListener(type: string, listener: (event: CustomEvent) => void): void;
}
