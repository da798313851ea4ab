"""What the server says, as types: AsyncAPI and OpenAPI are made from them, and tests hold what is sent against them.

On the hot path the same shapes are put together from ready pieces (gifts.py, the Lua scripts), not encoded from here.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from app.base.errors import SENTENCE_MAX
from app.rules.boards import BoardPeriod, By
from app.rules.catalogue import Gift
from app.rules.goals import GoalView
from app.rules.moderation import Muted, RoomRules
from app.rules.overlays import OverlayChanged, OverlayCommand
from app.rules.rooms import GUESTS_MAX, Kind, Media, Member, Status
from app.rules.shout_outs import ShoutOutDecided
from app.rules.spending_views import LimitAmounts, Told
from app.rules.tokens import AVATAR_MAX, NAME_MAX
from app.rules.unusual import UnusualNotice, UnusualPurchase

# Whatever is made for a connection has a bound.
BOARD_MAX, RECENT_MAX, STREAKS_MAX = 10, 20, 50

Id = Annotated[str, Meta(max_length=64)]
CommentId = Annotated[str, Meta(max_length=129)]
Word = Annotated[str, Meta(max_length=32)]
Sentence = Annotated[str, Meta(max_length=SENTENCE_MAX)]
Name = Annotated[str, Meta(max_length=NAME_MAX)]
Avatar = Annotated[str, Meta(max_length=AVATAR_MAX)]
Title = Annotated[str, Meta(max_length=120)]


class RoomView(Struct, frozen=True, kw_only=True):
    """A room as everyone sees it."""

    id: Id
    title: Title
    kind: Kind
    status: Status
    streamer: Member
    guests: Annotated[tuple[Member, ...], Meta(max_length=GUESTS_MAX)]
    viewers: int
    promotable: bool
    media: Media | UnsetType = UNSET


class Sender(Struct, frozen=True, kw_only=True):
    """Who did it; id and name are null where they wish to be anonymous. Who has a level yet has it."""

    id: Id | None
    name: Name | None
    avatar: Avatar | UnsetType = UNSET
    level: int | UnsetType = UNSET


class Balance(Struct, frozen=True):
    """A wallet's coins. A lower `version` than one already seen is older."""

    coins: int
    version: int


class Streak(Struct, frozen=True):
    """A running or ended streak's totals; its id is the journal number of its first gift."""

    id: Word
    count: int
    coins: int


class StreakCount(Struct, frozen=True):
    """Where a streak stands for its sender."""

    id: Word
    count: int


class Rank(Struct, frozen=True):
    """A place on a leaderboard. `gifts`, how many were given, is there where the board goes by that."""

    user: Sender
    coins: int
    gifts: int | UnsetType = UNSET


class GiftSent(Struct, frozen=True, kw_only=True, tag="gift_sent"):
    """A gift was paid; `quantity` and `coins` are of this event, `streak` of all its gifts so far."""

    offset: int
    at_ms: int
    id: Id
    sender: Sender
    receiver: Id
    gift: Id
    quantity: int
    coins: int
    diamonds: Word
    streak: Streak | None
    message: Annotated[str, Meta(max_length=120)] | UnsetType = UNSET


class StreakEnded(Struct, frozen=True, kw_only=True, tag="streak_ended"):
    """A streak is over; exactly one for each."""

    offset: int
    at_ms: int
    streak: Streak
    sender: Sender
    gift: Id
    receiver: Id


class CommentPosted(Struct, frozen=True, kw_only=True, tag="comment_posted"):
    """Somebody said something. The id is `<the sender's id>:<the id of the command>`."""

    offset: int
    at_ms: int
    id: CommentId
    sender: Sender
    text: Annotated[str, Meta(max_length=200)]


class CommentRemoved(Struct, frozen=True, kw_only=True, tag="comment_removed"):
    """A comment is not to be shown any more."""

    offset: int
    at_ms: int
    id: CommentId


class MessageRemoved(Struct, frozen=True, kw_only=True, tag="message_removed"):
    """The words that came with a gift, by the id of its `gift_sent`, are not to be shown any more."""

    offset: int
    at_ms: int
    id: Id


class RoomChanged(Struct, frozen=True, kw_only=True, tag="room_changed"):
    """The room has another title, status or guests; its `viewers` here is 0, `viewers` messages have the number."""

    offset: int
    at_ms: int
    room: RoomView


class GoalChanged(Struct, frozen=True, kw_only=True, tag="goal_changed"):
    """The room's goal was set or cleared, or has come further: told once for all gifts of a moment."""

    offset: int
    at_ms: int
    goal: GoalView | None


class GoalReached(Struct, frozen=True, kw_only=True, tag="goal_reached"):
    """A gift has reached the room's goal, `sender`'s; exactly one for each goal that is."""

    offset: int
    at_ms: int
    goal: GoalView
    sender: Sender


class LevelUp(Struct, frozen=True, kw_only=True, tag="level_up"):
    """Somebody has given enough in all for another level; told once, and never of anonymous gifts."""

    offset: int
    at_ms: int
    user: Sender
    level: int


class SentGift(Struct, frozen=True, kw_only=True):
    """A gift that was sent: the `id` of its `gift_sent`, what it is and how many."""

    id: Id
    gift: Id
    quantity: int


class ShoutOut(Struct, frozen=True, kw_only=True, tag="shout_out"):
    """The streamer thanks somebody before everyone, for a gift perhaps: once for each."""

    offset: int
    at_ms: int
    user: Sender
    gift: SentGift | UnsetType = UNSET
    text: Annotated[str, Meta(max_length=120)] | UnsetType = UNSET


class RunningStreak(Struct, frozen=True, kw_only=True):
    """A streak that runs at the snapshot."""

    streak: Streak
    sender: Sender
    gift: Id
    receiver: Id


class Snapshot(Struct, frozen=True, kw_only=True):
    """A room at one offset. `streaks_more` run too: each says its totals with its next gift, or ends within seconds."""

    leaderboard: Annotated[list[Rank], Meta(max_length=BOARD_MAX)]
    coins_total: int
    recent: Annotated[list[GiftSent], Meta(max_length=RECENT_MAX)]
    streaks: Annotated[list[RunningStreak], Meta(max_length=STREAKS_MAX)]
    streaks_more: int
    goal: GoalView | None


class UserView(Struct, frozen=True):
    """Who the connection belongs to, with the level that the person has. `limited`: spending has limits."""

    id: Id
    name: Name
    role: Word
    level: int | UnsetType = UNSET
    limited: bool | UnsetType = UNSET


class Welcome(Struct, frozen=True, kw_only=True, tag="welcome"):
    """The answer to hello. Events from `offset` + 1 follow; a recovered client keeps its state and gets no snapshot."""

    protocol: int
    server_ms: int
    user: UserView
    room: RoomView
    epoch: Word
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

    id: Id
    gift: Id
    quantity: int
    coins: int
    diamonds: Word
    balance: Balance
    n: int
    streak: StreakCount | None
    duplicate: bool


class Error(Struct, frozen=True, kw_only=True, tag="error"):
    """A command was refused. Retryable: the same command, with the same id, may be sent again."""

    id: Id | None
    error: Word
    message: Sentence
    retryable: bool
    details: Annotated[dict[Word, Any], Meta(max_length=8)]


class Viewers(Struct, frozen=True, tag="viewers"):
    """How many viewers the room has."""

    count: int


class Leaderboard(Struct, frozen=True, tag="leaderboard"):
    """The room's top viewers, by coins."""

    top: Annotated[list[Rank], Meta(max_length=BOARD_MAX)]


class WalletChanged(Struct, frozen=True, tag="wallet_changed"):
    """The wallet of this connection's user changed."""

    balance: Balance


class Reconnect(Struct, frozen=True, tag="reconnect"):
    """The server goes; come back after that time."""

    after_ms: int
    reason: Word


class Pong(Struct, frozen=True, tag="pong"):
    """The answer to ping."""

    server_ms: int
    id: Id | UnsetType = UNSET


Said = CommentPosted | CommentRemoved | MessageRemoved | ShoutOut
Event = GiftSent | StreakEnded | Said | RoomChanged | GoalChanged | GoalReached | LevelUp
Reply = Welcome | Resync | GiftAccepted | Error | Pong
Changed = WalletChanged | Told | UnusualPurchase | Muted | RoomRules
Notice = Viewers | Leaderboard | Changed | OverlayChanged | OverlayCommand | ShoutOutDecided | Reconnect
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
    """A leaderboard of a room or a streamer; `coins_total` is told of a live, to which also the unseen have given."""

    top: list[Rank]
    period: BoardPeriod
    by: By
    coins_total: int | UnsetType = UNSET


class Login(Struct, frozen=True):
    """A demo login's answer."""

    token: str
    user: UserView


class WalletView(Struct, frozen=True, kw_only=True):
    """A person's wallet.

    Attributes:
        debt: coins that it owes; while there are any, it cannot send.
        currency: what coins cost in; null where they have no price in the country.
        spent_today: coins that went out on this day (of the token's zone); null while the books cannot be read.
        limits: what may be spent by the person's own limits; null where none was set.
        unusual: large purchases from addresses that were new, the newest first; null while the books cannot be read.
    """

    coins: int
    version: int
    debt: int
    country: str
    currency: str | None
    spent_today: int | None
    limits: LimitAmounts | None
    unusual: list[UnusualNotice] | None


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


class HealthWarning(Struct, frozen=True):
    """Something that an operator has to know of."""

    reason: str
    message: str


class Health(Struct, frozen=True, omit_defaults=True):
    """Whether the server lives or is ready."""

    status: str
    warnings: list[HealthWarning] = []


def one_of(kind: Any) -> tuple[type[Struct], ...]:
    """The types of a union."""
    args: tuple[type[Struct], ...] = kind.__args__
    return args
