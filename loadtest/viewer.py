"""A viewer of a load test: joins, checks that its stream has no hole, sends each gift until it is answered."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from typing import Protocol

import msgspec
from msgspec import Struct

from app.client.backoff import wait_before
from app.client.errors import FINAL_FROM
from app.client.outbox import Outbox
from app.client.place import Place
from app.rules.commands import Hello
from loadtest.connection import Connection, connect
from loadtest.frames import PRIVATE, Frame, Memo
from loadtest.plan import SLOW_RECEIVE_BYTES, Seat

# A load test is impatient: what it measures is how soon all are back.
BACKOFF_S, BACKOFF_S_MAX = 0.05, 2.0
# A timer may fire a hair too early.
TIMER_S = 0.002
# Refusals after which the same gift, with the same id, is sent again: all others are final for a load test.
SENT_AGAIN = frozenset(("unavailable", "unknown_outcome", "uninitialised"))
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
    """One viewer at its seat: the client of `app.client` on a line of its own make, which costs less."""

    __slots__ = (
        "_asked_at",
        "_attempt",
        "_connection",
        "_desk",
        "_fatal",
        "_retry",
        "_was_in",
        "outbox",
        "place",
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
        self.place = Place()
        # An open model: what a dead server leaves unanswered is counted, however much it is.
        self.outbox = Outbox(sys.maxsize)
        self._desk = desk
        self._connection: Connection | None = None
        self._asked_at = 0.0
        self._attempt = 0
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
                await asyncio.sleep(self._next_wait_s())

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
        now_s = time.monotonic()
        if self.welcomed and self._connection is not None:
            self._connection.send(self.outbox.send(gift_id, payload, now_s))
        else:
            self.outbox.add(gift_id, payload, now_s)

    def read_on(self) -> None:
        """A slow viewer reads what has waited for it."""
        if self._connection is not None and self._connection.transport is not None:
            self._connection.transport.resume_reading()

    # The connection's Listener.

    def on_open(self, connection: Connection) -> None:
        """Says hello, and from where it wants to go on."""
        self._connection = connection
        connection.send(msgspec.json.encode(Hello(self.seat.token, self.place.resume())))

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
        self.outbox.line_broke()
        self._desk.lost(self, code, was_in)
        if code >= FINAL_FROM:
            self.wanted = False
        if self.wanted and self._retry is None:
            self._retry = asyncio.get_running_loop().create_task(self._rejoin(self._next_wait_s()))

    def _next_wait_s(self) -> float:
        self._attempt += 1
        return wait_before(self._attempt - 1, random.random(), BACKOFF_S, BACKOFF_S_MAX)

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
        if events.first <= self.place.offset:
            self._desk.fault("repeats")
        if self.place.step(events.first, events.last) == "gap":
            self._desk.fault("gaps")
            self.place.offset = events.last

    def _private(self, frame: Frame) -> None:
        """What is said to this one alone; behind a welcome the events follow that it missed."""
        shared: list[Message] = []
        for message in decode(frame.payload):
            kind = message.type
            if kind == "gift_accepted" and message.id is not None:
                if self.outbox.forget(message.id):
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
        if message.recovered and message.offset != self.place.offset:
            self._desk.fault("repeats" if message.offset < self.place.offset else "gaps")
        self.place.begin(message.epoch, message.offset, recovered=message.recovered)
        if message.type == "resync":
            self._desk.took_over(recovered=False, resync=True)
            return
        if self._was_in:
            self._desk.took_over(recovered=message.recovered, resync=False)
        self.welcomed = True
        self._desk.joined(self, time.monotonic() - self._asked_at, self._was_in)
        self._was_in = True
        self._attempt = 0
        self._send_due()
        if self.seat.slow and self._connection is not None and self._connection.transport is not None:
            self._connection.transport.pause_reading()

    def _refused(self, message: Message) -> None:
        gift_id = message.id
        final = message.error not in SENT_AGAIN or gift_id is None
        self._desk.refused(self, gift_id, message.error, final)
        if gift_id is None or gift_id not in self.outbox:
            return
        if final:
            self.outbox.forget(gift_id)
        else:
            now_s = time.monotonic()
            when_s = self.outbox.again(gift_id, now_s, random.random())
            asyncio.get_running_loop().call_later(when_s - now_s + TIMER_S, self._send_due)

    def _send_due(self) -> None:
        if self.welcomed and self._connection is not None:
            for payload in self.outbox.take_due(time.monotonic()):
                self._connection.send(payload)
