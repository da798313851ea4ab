"""A viewer of a load test: joins, checks that its stream has no hole, sends each gift until it is answered."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Protocol

import msgspec
from msgspec import Struct

from loadtest.connection import Connection, connect
from loadtest.frames import PRIVATE, Frame, Memo
from loadtest.plan import SLOW_RECEIVE_BYTES, Seat

BACKOFF_S, BACKOFF_S_MAX = 0.1, 2.0
FATAL_CODE_MIN = 4500
# Refusals after which the same gift, with the same id, is sent again: all others are final for a load test.
SENT_AGAIN = frozenset(("unavailable", "unknown_outcome", "uninitialised"))
RESEND_S = 0.25
PLAIN_GIFT = b'{"type":"gift_sent"'


class Message(Struct, gc=False):
    """What of a message of the server's is of interest here."""

    type: str
    id: str | None = None
    offset: int = 0
    quantity: int = 0
    coins: int = 0
    error: str = ""
    duplicate: bool = False
    epoch: str = ""
    recovered: bool = False


_many = msgspec.json.Decoder(list[Message])
_one = msgspec.json.Decoder(Message)


def decode(payload: bytes) -> list[Message]:
    """The messages of a frame; a server that sends one object alone is understood too."""
    return _many.decode(payload) if payload[:1] == b"[" else [_one.decode(payload)]


class Events:
    """A room frame, taken apart once for all viewers: its offsets, and when its gifts were meant to be sent.

    `unnumbered` are gifts of a server that gives no offsets: their ids and quantities.
    """

    __slots__ = ("first", "gifts", "last", "times", "unnumbered")

    def __init__(
        self, first: int, last: int, gifts: int, times: list[float], unnumbered: list[tuple[str, int]]
    ) -> None:
        self.first = first
        self.last = last
        self.gifts = gifts
        self.times = times
        self.unnumbered = unnumbered


class Desk(Protocol):
    """Who is told what the viewers of a process experience."""

    url: str
    memo: Memo

    def read(self, room: str, messages: list[Message]) -> Events:
        """A room's events, noted for the books."""

    def witnessed(self, room: str, gifts: list[tuple[str, int]]) -> None:
        """Unnumbered gifts that a room's witness saw."""

    def delivered(self, events: Events, size: int) -> None:
        """A viewer saw a frame."""

    def joined(self, viewer: Viewer, took_s: float, again: bool) -> None:
        """A viewer was welcomed."""

    def lost(self, viewer: Viewer, code: int, was_in: bool) -> None:
        """A viewer's connection is gone."""

    def answered(self, viewer: Viewer, gift_id: str, message: Message) -> None:
        """A gift was accepted."""

    def refused(self, viewer: Viewer, gift_id: str | None, slug: str, final: bool) -> None:
        """A gift or a hello was refused."""

    def fault(self, name: str) -> None:
        """Something happened that must not."""

    def took_over(self, *, recovered: bool, resync: bool) -> None:
        """A viewer came back into the stream: with what it missed, or with a new picture."""


class Viewer:
    """One viewer at its seat. `offset` is the last event it saw, `pending` the gifts that have no answer yet."""

    __slots__ = (
        "_asked_at",
        "_backoff_s",
        "_connection",
        "_desk",
        "_fatal",
        "_retry",
        "_was_in",
        "epoch",
        "offset",
        "pending",
        "seat",
        "user",
        "wanted",
        "welcomed",
        "witness",
    )

    def __init__(self, seat: Seat, user: str, desk: Desk, witness: bool) -> None:
        self.seat = seat
        self.user = user
        self.witness = witness
        self.wanted = True
        self.welcomed = False
        self.epoch = ""
        self.offset = 0
        self.pending: dict[str, bytes] = {}
        self._desk = desk
        self._connection: Connection | None = None
        self._asked_at = 0.0
        self._backoff_s = BACKOFF_S
        self._was_in = False
        self._fatal = False
        self._retry: asyncio.Task[None] | None = None

    async def join(self) -> None:
        """Connects; the welcome comes later. Tries again, ever more slowly, while nobody listens."""
        while self.wanted:
            self._asked_at = time.monotonic()
            try:
                size = SLOW_RECEIVE_BYTES if self.seat.slow else 0
                path = f"/ws/{self.seat.room}"
                await connect(self._desk.url, path, self, self._desk.memo, size)
                return
            except OSError:
                await asyncio.sleep(self._backoff_s)
                self._backoff_s = min(BACKOFF_S_MAX, self._backoff_s * 2)

    def drop(self) -> None:
        """Loses its connection, and does not come back by itself before `rejoin`."""
        self.wanted = False
        if self._connection is not None:
            self._connection.abort()

    def rejoin(self) -> None:
        """Comes back."""
        self.wanted = True
        if self._connection is None and self._retry is None:
            self._retry = asyncio.get_running_loop().create_task(self._rejoin(0.0))

    def leave(self) -> None:
        """Goes for good."""
        self.wanted = False
        if self._retry is not None:
            self._retry.cancel()
        if self._connection is not None:
            self._connection.close()

    def gift(self, gift_id: str, gift: str) -> None:
        """Sends a gift; without a connection it leaves with the next welcome."""
        payload = b'{"type":"send_gift","id":"%s","gift":"%s"}' % (gift_id.encode(), gift.encode())
        self.pending[gift_id] = payload
        if self.welcomed and self._connection is not None:
            self._connection.send(payload)

    def read_on(self) -> None:
        """A slow viewer reads what has waited for it."""
        if self._connection is not None and self._connection.transport is not None:
            self._connection.transport.resume_reading()

    # The connection's Listener.

    def on_open(self, connection: Connection) -> None:
        """Says hello, and from where it wants to go on."""
        self._connection = connection
        hello: dict[str, object] = {"type": "hello", "token": self.seat.token}
        if self.epoch:
            hello["resume"] = {"epoch": self.epoch, "offset": self.offset}
        connection.send(msgspec.json.encode(hello))

    def on_frame(self, frame: Frame) -> None:
        """Takes a frame: most are known from another viewer already."""
        events = frame.content
        if events is None:
            payload = frame.payload
            if payload.startswith(PRIVATE) or (payload[:1] == b"{" and not payload.startswith(PLAIN_GIFT)):
                self._private(frame)
                return
            events = frame.content = self._desk.read(self.seat.room, decode(payload))
        self._take(events, len(frame.raw))

    def on_closed(self, code: int) -> None:
        """Comes back unless the server says it must not, or nobody wants it to."""
        was_in, self.welcomed = self.welcomed, False
        self._connection = None
        self._desk.lost(self, code, was_in)
        if code >= FATAL_CODE_MIN:
            self.wanted = False
        if self.wanted and self._retry is None:
            wait_s = random.uniform(0.5, 1.0) * self._backoff_s
            self._backoff_s = min(BACKOFF_S_MAX, self._backoff_s * 2)
            self._retry = asyncio.get_running_loop().create_task(self._rejoin(wait_s))

    async def _rejoin(self, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        self._retry = None
        await self.join()

    def _take(self, events: Events, size: int) -> None:
        if events.last:
            self._follow(events)
        elif events.unnumbered and self.witness:
            self._desk.witnessed(self.seat.room, events.unnumbered)
        if not self.seat.slow:
            self._desk.delivered(events, size)

    def _follow(self, events: Events) -> None:
        if events.first != self.offset + 1:
            if events.first <= self.offset:
                self._desk.fault("repeats")
            else:
                self._desk.fault("gaps")
        self.offset = max(self.offset, events.last)

    def _private(self, frame: Frame) -> None:
        """What is said to this one alone; behind a welcome the events follow that it missed."""
        shared: list[Message] = []
        for message in decode(frame.payload):
            kind = message.type
            if kind == "gift_accepted" and message.id is not None:
                if self.pending.pop(message.id, None) is not None:
                    self._desk.answered(self, message.id, message)
            elif kind == "error":
                self._refused(message)
            elif kind in ("welcome", "resync"):
                self._admitted(message)
            else:
                shared.append(message)
        if shared:
            self._take(self._desk.read(self.seat.room, shared), len(frame.raw))

    def _admitted(self, message: Message) -> None:
        if message.recovered:
            if message.offset != self.offset:
                self._desk.fault("repeats" if message.offset < self.offset else "gaps")
        else:
            self.epoch, self.offset = message.epoch, message.offset
        if message.type == "resync":
            self._desk.took_over(recovered=False, resync=True)
            return
        if self._was_in:
            self._desk.took_over(recovered=message.recovered, resync=False)
        self.welcomed = True
        self._desk.joined(self, time.monotonic() - self._asked_at, self._was_in)
        self._was_in = True
        self._backoff_s = BACKOFF_S
        if self._connection is not None:
            for payload in self.pending.values():
                self._connection.send(payload)
            if self.seat.slow and self._connection.transport is not None:
                self._connection.transport.pause_reading()

    def _refused(self, message: Message) -> None:
        gift_id = message.id
        final = message.error not in SENT_AGAIN or gift_id is None
        self._desk.refused(self, gift_id, message.error, final)
        if gift_id is None:
            return
        if final:
            self.pending.pop(gift_id, None)
        else:
            asyncio.get_running_loop().call_later(RESEND_S, self._resend, gift_id)

    def _resend(self, gift_id: str) -> None:
        payload = self.pending.get(gift_id)
        if payload is not None and self.welcomed and self._connection is not None:
            self._connection.send(payload)
