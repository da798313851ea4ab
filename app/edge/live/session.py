"""One connection of a person: its state, its rates, its commands and what is sent to it."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

import orjson

from app.base.errors import CloseCode, Refusal
from app.edge.live.deflate import Broadcast
from app.edge.live.frames import PING_FRAME, text_frame
from app.edge.live.live_room import LiveRoom
from app.edge.rates import SharedRates, limited
from app.rules.commands import BadCommand, Command, Hello, Ping, SendComment, SendGift, decode
from app.rules.gifts import error_json, person_json
from app.rules.limits import Excess, Patience
from app.rules.overlays import ConnectedSource
from app.rules.tokens import Person

BUFFER_MAX = 64 * 1024
HARD_MAX = 1024 * 1024
# Gifts and comments that may wait for the welcome, and the latest news.
HELD_MAX = 16


class Place(IntEnum):
    """Where a session stands."""

    NEW = 0
    JOINING = 1
    IN = 2
    BEHIND = 3
    GONE = 4


class Wire(Protocol):
    """A connection: a `Lane`, or a `PlainLane` in its place."""

    heard: bool

    @property
    def closing(self) -> bool:
        """Whether it is being closed."""

    def write(self, frame: bytes) -> None:
        """Writes a ready frame."""

    @property
    def descriptor(self) -> int | None:
        """The socket, while frames may be written to it past the wire; None where that is never so."""

    @property
    def deflate(self) -> bool:
        """Whether frames with shared deflate are read."""

    def offer(self, frames: Broadcast, waiting_max: int, done: int = 0) -> bool:
        """Writes a room's frames from byte `done` on, unless more than `waiting_max` bytes wait already: then False."""

    def buffered(self) -> int:
        """Bytes that wait for a slow reader."""

    def close(self, code: int, reason: str = "") -> None:
        """Sends a close frame and closes."""


class User:
    """One user's sessions on this worker, which share the rates and are all told of the wallet's balance."""

    __slots__ = ("id", "level", "limited", "sessions", "version")

    def __init__(self, user_id: str) -> None:
        self.id = user_id
        self.sessions: list[Session] = []
        self.version = 0
        self.level = 0
        # Whether something bounds what the person spends.
        self.limited = False

    def reach(self, level: int) -> None:
        """The person's level stands beside the name from now on; a level is never lost."""
        if level > self.level:
            self.level = level
            for session in self.sessions:
                session.show_level()


class Desk(Protocol):
    """What a session asks of its worker."""

    rates: SharedRates
    command_rate: float

    def now_s(self) -> float:
        """Monotonic seconds."""

    def server_ms(self) -> int:
        """Milliseconds since 1970."""

    def hello(self, session: Session, command: Hello) -> None:
        """A session wants to come in."""

    def gift(self, session: Session, command: SendGift) -> None:
        """A session sends a gift. Raises Refusal."""

    def comment(self, session: Session, command: SendComment) -> None:
        """A session says something. Raises Refusal."""

    def has_replies(self, session: Session) -> None:
        """A session has replies that are to leave at the end of this loop turn."""

    def behind(self, session: Session) -> None:
        """A session reads too slowly and missed a frame."""

    def rejoin(self, session: Session) -> None:
        """A session lost its place in the stream and needs a new picture."""

    def left(self, session: Session) -> None:
        """A session is over: its connection is being closed, or is gone."""

    def lost(self, session: Session) -> None:
        """A session's connection is gone; called once, after `left`."""

    def closed(self, session: Session, code: int) -> None:
        """A session is being closed by us."""


class Session:
    """One connection of one person. It is the lane's receiver and a member of its room."""

    __slots__ = (
        "_held",
        "_news",
        "_patience",
        "_replies",
        "behind_since",
        "desk",
        "live",
        "missed_pings",
        "person",
        "place",
        "room_id",
        "sender_json",
        "source",
        "user",
        "wire",
    )

    def __init__(self, desk: Desk, room_id: str) -> None:
        self.desk = desk
        self.room_id = room_id
        self.wire: Wire | None = None
        self.place = Place.NEW
        self.person: Person | None = None
        self.sender_json = ""
        # What an overlay says of itself.
        self.source: ConnectedSource | None = None
        self.user: User | None = None
        self.live: LiveRoom | None = None
        self.behind_since = 0.0
        self.missed_pings = 0
        # Between hello and welcome a list; None before and after.
        self._held: list[SendGift | SendComment] | None = None
        self._patience: Patience | None = None
        self._replies: list[bytes] | None = None
        self._news: list[bytes] | None = None

    def name_of(self, person: Person) -> str:
        """By which name this person's connections of this kind are counted and told of things.

        Raises:
            Refusal: `unauthorized` for whoever may not come in here.
        """
        if person.room is not None and person.room != self.room_id:
            raise Refusal("unauthorized", "The token is for another room.")
        return person.sub

    def enter(self, person: Person, user: User) -> None:
        """Notes who it is; the person still has no place in the room."""
        self.person, self.user = person, user
        self.show_level()
        self.place = Place.JOINING
        self._held, self._news = [], []

    def show_level(self) -> None:
        """What this person does is shown with the level that the person has."""
        if self.person is not None and self.user is not None:
            self.sender_json = person_json(self.person, self.user.level)

    def seated(self) -> None:
        """The person has a place in the room now: does what was asked for since the hello, in order."""
        self.place = Place.IN
        held, self._held = self._held or (), None
        news, self._news = self._news or (), None
        for message in news:
            self.reply(message)
        for command in held:
            self._do(command)

    # What arrives: the lane's Receiver.

    def on_text(self, payload: bytes) -> None:
        """Takes a command apart and does it, or answers why not."""
        command_id: str | None = None
        try:
            command = decode(payload)
            command_id = None if isinstance(command, Hello) else command.id
            self._admit(command, len(payload))
        except BadCommand as bad:
            # A bad command takes from the budget as a good one does.
            self._limits().take(len(payload), self.desk.now_s())
            self._turn_down(bad, bad.id, len(payload))
        except Refusal as refusal:
            self._turn_down(refusal, command_id, len(payload))
        else:
            self._do(command)

    def on_other(self, size: int) -> bool:
        """Frames that are no commands take from the budget too. When it is used up, pings are not answered."""
        try:
            self._take(size)
        except Refusal:
            self._count_refusal(size)
            return False
        return True

    def on_binary(self, payload: bytes) -> None:
        """Commands are text; binary ends the connection."""
        self.close(CloseCode.BAD_FRAME, "commands are text frames")

    def on_unready(self) -> None:
        """The room's frames must not overtake bytes that wait here, nor follow a close frame."""
        if self.live is not None:
            self.live.members.ask(self)

    def on_lost(self) -> None:
        """The connection is gone."""
        self._leave()
        self.desk.lost(self)

    # What is told: the room's Member.

    def descriptor(self) -> int | None:
        """The socket, while frames may be written to it as it is."""
        return None if self.wire is None else self.wire.descriptor

    def deflates(self) -> bool:
        """Whether it reads frames with shared deflate."""
        return self.wire is not None and self.wire.deflate

    def write(self, frame: Broadcast, done: int = 0) -> bool:
        """Writes a frame of room events from byte `done` on unless the reader is too slow for it."""
        return self.wire is not None and self.wire.offer(frame, BUFFER_MAX, done)

    def fall_behind(self) -> None:
        """A frame was not written."""
        if self.place is Place.IN:
            self.place = Place.BEHIND
            self.behind_since = self.desk.now_s()
            self.desk.behind(self)

    def lose_place(self) -> None:
        """The stream was broken off."""
        if self.place is Place.IN:
            self.place = Place.JOINING
            self.desk.rejoin(self)

    def reply(self, message: bytes) -> None:
        """Queues a reply; all of one loop turn leave as one frame, and at once."""
        if self.place is Place.GONE:
            return
        if self._replies is None:
            self._replies = [message]
            self.desk.has_replies(self)
        else:
            self._replies.append(message)

    def tell(self, message: bytes) -> None:
        """Tells what nobody asked for. The welcome comes first, whose parts may have been read before this happened."""
        if self._news is None:
            self.reply(message)
        else:
            self._news.append(message)
            del self._news[:-HELD_MAX]

    def refuse(self, refusal: Refusal, command_id: str | None) -> None:
        """Answers a command with an error."""
        self.reply(error_json(refusal, command_id))

    def turn_away(self, refusal: Refusal) -> None:
        """Says why somebody may not be here, and ends the connection."""
        self.refuse(refusal, None)
        self.close(CloseCode.REMOVED if refusal.slug == "banned" else CloseCode.UNAUTHORIZED, refusal.slug)

    def flush_replies(self) -> None:
        """Sends the queued replies. Replies are sent to slow readers too, until the limit at which these are closed."""
        replies, self._replies = self._replies, None
        if replies and self.wire is not None:
            self.wire.write(text_frame(b"[" + b",".join(replies) + b"]"))
            if self.wire.buffered() > HARD_MAX:
                self.close(CloseCode.SLOW_READER, "too much waits to be read")

    def ping(self) -> bool:
        """Sends a ping; False where nothing has arrived since the last two."""
        wire = self.wire
        if wire is None:
            return True
        self.missed_pings = 0 if wire.heard else self.missed_pings + 1
        if self.missed_pings >= 2:
            return False
        wire.heard = False
        wire.write(PING_FRAME)
        return True

    def close(self, code: CloseCode, reason: str) -> None:
        """Ends the connection."""
        self._leave()
        wire = self.wire
        if wire is not None and not wire.closing:
            self.flush_replies()
            # `send_replies` may have closed it already, for too many bytes waiting.
            if not wire.closing:
                wire.close(code, reason)
                self.desk.closed(self, code)

    def _leave(self) -> None:
        if self.place is not Place.GONE:
            self.place = Place.GONE
            self.desk.left(self)

    # Commands.

    def _do(self, command: Command) -> None:
        try:
            if isinstance(command, Ping):
                self.reply(_pong(command, self.desk.server_ms()))
            elif isinstance(command, Hello):
                self.desk.hello(self, command)
            elif self._held is not None:
                self._hold(command)
            elif isinstance(command, SendGift):
                self.desk.gift(self, command)
            else:
                self.desk.comment(self, command)
        except Refusal as refusal:
            self.refuse(refusal, command.id if not isinstance(command, Hello) else None)

    def _hold(self, command: SendGift | SendComment) -> None:
        assert self._held is not None
        if len(self._held) >= HELD_MAX:
            raise Refusal("overloaded", f"At most {HELD_MAX} commands wait for the welcome.")
        self._held.append(command)

    # Rates.

    def _admit(self, command: Command, size: int) -> None:
        """Raises Refusal before a command is done: gifts and comments have rates of the user, all else a budget."""
        if self.user is not None and isinstance(command, SendGift):
            self.desk.rates.gifts.take(self.user.id)
        elif self.user is not None and isinstance(command, SendComment):
            self.desk.rates.comments.take(self.user.id)
        else:
            self._take(size)
            if isinstance(command, SendGift | SendComment):
                raise Refusal("unauthorized", "The first command is hello.")
            if isinstance(command, Hello) and self.place is not Place.NEW:
                raise Refusal("bad_request", "A connection says hello once.")

    def _take(self, size: int) -> None:
        """Takes a frame of that size from the connection's budget. Raises Refusal."""
        if wait_s := self._limits().take(size, self.desk.now_s()):
            raise limited(wait_s)

    def _turn_down(self, refusal: Refusal, command_id: str | None, size: int) -> None:
        if self._count_refusal(size) is Excess.ANSWERED:
            self.refuse(refusal, command_id)

    def _count_refusal(self, size: int) -> Excess:
        excess = self._limits().refuse(size, self.desk.now_s())
        if excess is Excess.THE_END:
            self.close(CloseCode.TOO_MANY, "too many frames")
        return excess

    def _limits(self) -> Patience:
        if self._patience is None:
            self._patience = Patience(self.desk.command_rate, self.desk.now_s())
        return self._patience


def _pong(command: Ping, server_ms: int) -> bytes:
    if command.id is None:
        return b'{"type":"pong","server_ms":%d}' % server_ms
    return b'{"type":"pong","id":%s,"server_ms":%d}' % (orjson.dumps(command.id), server_ms)
