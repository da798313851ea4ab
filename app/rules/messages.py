"""What the server says, as types: AsyncAPI and OpenAPI are made from them, and tests hold what is sent against them.

On the hot path the same shapes are put together from ready pieces (gifts.py, the Lua scripts), not encoded from here.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from app.rules.catalogue import Gift
from app.rules.rooms import Kind, Member, Status


class RoomView(Struct, frozen=True, kw_only=True):
    """A room as everyone sees it."""

    id: str
    title: str
    kind: Kind
    status: Status
    streamer: Member
    guests: tuple[Member, ...]
    viewers: int


class Sender(Struct, frozen=True, kw_only=True):
    """Who did it; id and name are null where they wish to be anonymous."""

    id: str | None
    name: str | None
    avatar: str | UnsetType = UNSET


class Balance(Struct, frozen=True):
    """A wallet's coins. A lower `version` than one already seen is older."""

    coins: int
    version: int


class Streak(Struct, frozen=True):
    """A running or ended streak's totals; its id is the journal number of its first gift."""

    id: str
    count: int
    coins: int


class StreakCount(Struct, frozen=True):
    """Where a streak stands for its sender."""

    id: str
    count: int


class Rank(Struct, frozen=True):
    """A place on the leaderboard."""

    user: Sender
    coins: int


class GiftSent(Struct, frozen=True, kw_only=True, tag="gift_sent"):
    """A gift was paid; `quantity` and `coins` are of this event, `streak` of all its gifts so far."""

    offset: int
    at_ms: int
    id: str
    sender: Sender
    receiver: str
    gift: str
    quantity: int
    coins: int
    diamonds: str
    streak: Streak | None
    message: str | UnsetType = UNSET


class StreakEnded(Struct, frozen=True, kw_only=True, tag="streak_ended"):
    """A streak is over; exactly one for each."""

    offset: int
    at_ms: int
    streak: Streak
    sender: Sender
    gift: str
    receiver: str


class CommentPosted(Struct, frozen=True, kw_only=True, tag="comment_posted"):
    """Somebody said something."""

    offset: int
    at_ms: int
    id: str
    sender: Sender
    text: str


class CommentRemoved(Struct, frozen=True, kw_only=True, tag="comment_removed"):
    """A comment is not to be shown any more."""

    offset: int
    at_ms: int
    id: str


class RoomChanged(Struct, frozen=True, kw_only=True, tag="room_changed"):
    """The room has another title, status or guests; its `viewers` here is 0, `viewers` messages have the number."""

    offset: int
    at_ms: int
    room: RoomView


class RunningStreak(Struct, frozen=True, kw_only=True):
    """A streak that runs at the snapshot."""

    streak: Streak
    sender: Sender
    gift: str
    receiver: str


class Snapshot(Struct, frozen=True, kw_only=True):
    """A room at one offset."""

    leaderboard: list[Rank]
    coins_total: int
    recent: list[GiftSent]
    streaks: list[RunningStreak]


class UserView(Struct, frozen=True):
    """Who the connection belongs to."""

    id: str
    name: str
    role: str


class Welcome(Struct, frozen=True, kw_only=True, tag="welcome"):
    """The answer to hello. Events from `offset` + 1 follow; a recovered client keeps its state and gets no snapshot."""

    protocol: int
    server_ms: int
    user: UserView
    room: RoomView
    epoch: str
    offset: int
    recovered: bool
    snapshot: Snapshot | None
    balance: Balance | None
    catalogue_version: int
    heartbeat_s: int


class Resync(Welcome, frozen=True, kw_only=True, tag="resync"):
    """A new beginning for a connection that read too slowly: events were left out, `snapshot` has their effect."""


class GiftAccepted(Struct, frozen=True, kw_only=True, tag="gift_accepted"):
    """The gift is paid and on disk. `duplicate` on a repeat: all else is as the first time."""

    id: str
    gift: str
    quantity: int
    coins: int
    diamonds: str
    balance: Balance
    n: int
    streak: StreakCount | None
    duplicate: bool


class Error(Struct, frozen=True, kw_only=True, tag="error"):
    """A command was refused. Retryable: the same command, with the same id, may be sent again."""

    id: str | None
    error: str
    message: str
    retryable: bool
    details: dict[str, Any]


class Viewers(Struct, frozen=True, tag="viewers"):
    """How many viewers the room has."""

    count: int


class Leaderboard(Struct, frozen=True, tag="leaderboard"):
    """The room's top viewers, by coins."""

    top: list[Rank]


class WalletChanged(Struct, frozen=True, tag="wallet_changed"):
    """The wallet of this connection's user changed."""

    balance: Balance


class Reconnect(Struct, frozen=True, tag="reconnect"):
    """The server goes; come back after that time."""

    after_ms: int
    reason: str


class Pong(Struct, frozen=True, tag="pong"):
    """The answer to ping."""

    server_ms: int
    id: str | UnsetType = UNSET


Event = GiftSent | StreakEnded | CommentPosted | CommentRemoved | RoomChanged
Reply = Welcome | Resync | GiftAccepted | Error | Pong
Notice = Viewers | Leaderboard | WalletChanged | Reconnect
Message = Event | Reply | Notice


class Gifts(Struct, frozen=True):
    """The catalogue."""

    version: int
    gifts: tuple[Gift, ...]


class RoomList(Struct, frozen=True):
    """Rooms that are live, the newest first; `cursor` goes on, null at the end."""

    rooms: list[RoomView]
    cursor: str | None


class RoomBoard(Struct, frozen=True):
    """A room's leaderboard."""

    top: list[Rank]
    coins_total: int


class Login(Struct, frozen=True):
    """A demo login's answer."""

    token: str
    user: UserView


class WalletView(Struct, frozen=True):
    """A person's wallet."""

    coins: int
    version: int
    country: str | None
    currency: str | None


class GiftSendStatus(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a gift send: `pending` may still come, `never` was not applied and cannot be any more."""

    id: str
    status: Literal["applied", "refused", "never", "pending"]
    n: int | None = None
    coins: int | None = None
    diamonds: str | None = None
    balance: Balance | None = None
    streak: StreakCount | None = None
    error: str | None = None
    details: dict[str, int] | None = None


class GrantView(Struct, frozen=True, kw_only=True):
    """A grant of coins, and the wallet right after it."""

    id: str
    user: str
    coins: int
    balance: Balance


class Problem(Struct, frozen=True, kw_only=True):
    """An error over HTTP (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    error: str
    retryable: bool
    details: dict[str, Any] | UnsetType = UNSET


class Health(Struct, frozen=True):
    """Whether the server lives or is ready."""

    status: str


def one_of(kind: Any) -> tuple[type[Struct], ...]:
    """The types of a union."""
    args: tuple[type[Struct], ...] = kind.__args__
    return args
