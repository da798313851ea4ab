"""One person in one room: joins, comes back whenever the line breaks, sends gifts that are paid once, tells events.

What to do is decided by the parts beside this file, which know no line and no clock; here is the line.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import quote, urlsplit

import msgspec

from app.base.ids import uuid7
from app.client.books import Books
from app.client.errors import Closed, NoAnswer, Refused
from app.client.inbox import INBOX_MAX, Inbox
from app.client.line import ABNORMAL, Line, Renew
from app.client.outbox import Outbox
from app.client.place import Place
from app.rules.commands import SendComment, SendGift
from app.rules.messages import (
    Balance,
    CommentPosted,
    Error,
    Event,
    GiftAccepted,
    Message,
    Pong,
    Reconnect,
    WalletChanged,
    Welcome,
    one_of,
)
from app.rules.spending_views import ApprovalDecided

EVENTS = one_of(Event)
COMMENT_S = 10.0
BOOKS_EVERY_S = 2.0


class _Giving:
    """A gift that somebody waits for."""

    __slots__ = ("_patience", "command", "waits", "within_s")

    def __init__(self, command: SendGift, within_s: float, patience: asyncio.Timeout) -> None:
        self.command = command
        self.within_s = within_s
        self.waits = False
        self._patience = patience

    def wait_until(self, when_s: float) -> None:
        """It may take until then, unless its time was over before."""
        if not self._patience.expired():
            self._patience.reschedule(when_s)


class Fanfare(Books):
    """`async with Fanfare(server, room, token) as room:` is in the room; `async for message in room:` hears it.

    Attributes:
        balance: the wallet's coins; None for who has no wallet.
    """

    def __init__(
        self,
        server: str,
        room: str,
        token: str,
        *,
        renew: Renew | None = None,
        connect_s: float = 30.0,
        inbox_max: int = INBOX_MAX,
    ) -> None:
        """`renew` brings a new token when the old one has run out; `connect_s` bounds the first wait for the room."""
        if urlsplit(server).scheme not in ("http", "https"):
            raise ValueError(f"{server!r} is not an address like https://gifts.example")
        super().__init__(server.rstrip("/"), lambda: self._line.token)
        self.balance: Balance | None = None
        self._welcome: Welcome | None = None
        self._connect_s = connect_s
        self._place = Place()
        self._outbox = Outbox()
        self._inbox = Inbox(inbox_max)
        url = f"ws{self._server.removeprefix('http')}/ws/{quote(room, safe='')}"
        self._line = Line(url, token, renew, self._place, self._outbox, self._take)
        self._asked: dict[str, asyncio.Future[Any]] = {}
        self._giving: dict[str, _Giving] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed: Closed | None = None
        self._clock_ahead_ms = 0

    async def __aenter__(self) -> Self:
        """Returns when the room has said welcome.

        Raises:
            Closed: the server does not let this one in, or cannot be reached for `connect_s`.
        """
        if self._tasks or self._closed is not None:
            raise RuntimeError("a Fanfare is entered once: make another")
        self._spawn(self._live())
        first = self._asked[""] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._connect_s):
                await first
        except TimeoutError:
            await self.close()
            raise Closed(
                ABNORMAL, "unavailable", f"no way into the room: {self._line.trouble or 'no welcome'}"
            ) from None
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Leaves the room for good. Who waits for an answer is told NoAnswer, or Closed where it was never sent."""
        self._finish(Closed(1000, "unavailable", "this side has closed it"))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # What a program asks.

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        """The next message: room events in order, each once; welcomes and notices among them.

        Who lets too many wait gets a welcome with a snapshot in their place. It ends when this side closes.

        Raises:
            Closed: the line is closed, and is not made again.
        """
        if self._inbox.fell_behind and self._place.epoch:
            self._place.forget()
            self._line.leave()
        try:
            return await self._inbox.get()
        except Closed as closed:
            if closed.code == 1000:
                raise StopAsyncIteration from None
            raise

    @property
    def welcome(self) -> Welcome:
        """The latest one: who this is, the room, and its picture at that moment, where it has a snapshot."""
        if self._welcome is None:
            raise RuntimeError("nobody is in the room before `async with`")
        return self._welcome

    @property
    def coins(self) -> int:
        """The coins in the wallet."""
        return self.balance.coins if self.balance else 0

    @property
    def is_open(self) -> bool:
        """Whether the line is open now. Nobody has to look: what is sent meanwhile leaves when it is."""
        return self._line.is_open

    def server_ms(self) -> int:
        """The server's clock now."""
        return time.monotonic_ns() // 1_000_000 + self._clock_ahead_ms

    def new_id(self) -> str:
        """An id for a gift: for who keeps it, to send the same gift again after a restart of the program."""
        return uuid7(self.server_ms())

    async def send_gift(
        self,
        gift: str,
        *,
        quantity: int = 1,
        receiver: str | None = None,
        message: str | None = None,
        anonymous: bool = False,
        gift_id: str | None = None,
        within_s: float = 60.0,
    ) -> GiftAccepted:
        """Sends a gift, which is paid once however often the line breaks.

        Raises:
            Refused: nothing was spent. NoAnswer: none within that time; it may have been paid. Closed: it was not sent.

        Where a guardian is asked, that is waited for, and the time begins anew once it is decided. An Error
        `approval_needed` with the gift's id is among the messages meanwhile; what is not agreed to is Refused.
        """
        command = SendGift(gift_id or self.new_id(), gift, quantity, receiver, message, anonymous)
        if self._closed is not None:
            raise self._closed
        if command.id in self._outbox:
            raise ValueError(f"the gift {command.id} is on its way already")
        if not self._outbox.add(command.id, msgspec.json.encode(command), _now_s()):
            raise Refused("overloaded", "Too many gifts wait for an answer.", retryable=True)
        try:
            with self._asking(command.id) as asked:
                self._line.wake()
                async with asyncio.timeout(within_s) as patience:
                    self._giving[command.id] = _Giving(command, within_s, patience)
                    return cast(GiftAccepted, await asked)
        except TimeoutError:
            if self._outbox.attempts(command.id):
                raise NoAnswer(command.id) from None
            raise Refused("unavailable", "There was no line to send it on.", retryable=True) from None
        finally:
            self._outbox.forget(command.id)
            self._giving.pop(command.id, None)

    async def comment(self, text: str, *, within_s: float = COMMENT_S) -> CommentPosted:
        """Says something; the comment as the room sees it. Where too much is said at once, it waits for its turn.

        Raises:
            Refused, Closed: nobody has heard it. NoAnswer: somebody may have, and it is not said again.
        """
        until_s = _now_s() + within_s
        while True:
            try:
                return await self._say(SendComment(self.new_id(), text), until_s - _now_s())
            except Refused as refused:
                pause_s = _pause_s(refused.details)
                if not pause_s or _now_s() + pause_s > until_s:
                    raise
                await asyncio.sleep(pause_s)

    async def _say(self, command: SendComment, within_s: float) -> CommentPosted:
        if self._closed is not None:
            raise self._closed
        try:
            with self._asking(command.id) as asked:
                if not await self._line.send(msgspec.json.encode(command)):
                    raise Refused("unavailable", "There is no line to say it on.", retryable=True)
                async with asyncio.timeout(within_s):
                    return cast(CommentPosted, await asked)
        except TimeoutError:
            raise NoAnswer(command.id) from None

    @contextmanager
    def _asking(self, command_id: str) -> Iterator[asyncio.Future[Any]]:
        """The answer to come. It is awaited from before the command leaves: it may come while it is being sent."""
        asked = self._asked[command_id] = asyncio.get_running_loop().create_future()
        try:
            yield asked
        finally:
            del self._asked[command_id]

    async def _live(self) -> None:
        try:
            await self._line.stay()
        except Closed as closed:
            self._finish(closed)
        except Exception as error:
            # What the program's own `renew` raises, for one.
            broken = Closed(ABNORMAL, "unavailable", f"{type(error).__name__}: {error}")
            broken.__cause__ = error
            self._finish(broken)

    # What the server says.

    def _take(self, message: Message) -> None:
        if isinstance(message, EVENTS) and not self._is_next(cast(Event, message)):
            return
        if isinstance(message, Welcome):
            self._admitted(message)
        elif isinstance(message, GiftAccepted):
            self._count(message.balance)
            self._settle(message.id, message)
        elif isinstance(message, WalletChanged):
            self._count(message.balance)
        elif isinstance(message, CommentPosted):
            self._settle(message.id.removeprefix(f"{self.welcome.user.id}:"), message)
        elif isinstance(message, ApprovalDecided):
            self._decided(message.id.rpartition(":")[2])
        elif isinstance(message, Reconnect):
            self._line.leave(message.after_ms / 1000, told=True)
        elif isinstance(message, Error):
            self._refused(message)
        if not isinstance(message, GiftAccepted | Error | Pong | Reconnect):
            # Those were answers to what was asked, or are for the line alone.
            self._inbox.put(message)

    def _is_next(self, event: Event) -> bool:
        step = self._place.step(event.offset, event.offset)
        if step == "gap":
            # It comes again, in order, on another line.
            self._line.leave()
        return step == "next"

    def _admitted(self, welcome: Welcome) -> None:
        if self._welcome is not None and self._welcome.user.id != welcome.user.id:
            # Gifts that are on their way would be paid by another person.
            raise Closed(ABNORMAL, "unauthorized", "The renewed token is somebody else's.")
        self._place.begin(welcome.epoch, welcome.offset, recovered=welcome.recovered)
        self._welcome = welcome
        self._count(welcome.balance)
        self._clock_ahead_ms = welcome.server_ms - time.monotonic_ns() // 1_000_000
        self._line.welcomed()
        self._settle("", welcome)

    def _count(self, told: Balance | None) -> None:
        if told is not None and (self.balance is None or self.balance.version < told.version):
            self.balance = told

    def _refused(self, error: Error) -> None:
        if error.id is None:
            self._line.refused, self._line.trouble = error.error, error.message
        elif error.retryable and error.id in self._outbox:
            self._outbox.again(error.id, _now_s(), random.random(), _pause_s(error.details))
            self._line.wake()
        elif error.error == "approval_needed" and error.id in self._outbox:
            self._wait(error, self._giving[error.id])
        elif error.error == "id_expired" and error.id in self._outbox:
            # An earlier sending, by an earlier run of the program perhaps, may have been accepted: the books know.
            self._outbox.hold(error.id)
            self._spawn(self._ask_the_books(self._giving[error.id].command))
        else:
            refusal = Refused(
                error.error,
                error.message,
                retryable=error.retryable,
                details=error.details,
                command_id=error.id,
            )
            self._settle(error.id, refusal)

    def _wait(self, error: Error, giving: _Giving) -> None:
        """A guardian is asked: there is time until the answer, and for the gift after it."""
        now_s = _now_s()
        self._outbox.wait(giving.command.id, now_s)
        left_s = max(0, (error.details or {}).get("expires_ms", 0) - self.server_ms()) / 1000
        giving.wait_until(now_s + left_s + giving.within_s)
        if not giving.waits:
            giving.waits = True
            self._inbox.put(error)

    def _decided(self, command_id: str) -> None:
        if (giving := self._giving.get(command_id)) is not None:
            giving.wait_until(_now_s() + giving.within_s)
            self._outbox.decided(command_id)
            self._line.wake()

    async def _ask_the_books(self, command: SendGift) -> None:
        while command.id in self._outbox:
            if (fate := await self.fate(command)) is not None:
                self._settle(command.id, fate)
            await asyncio.sleep(BOOKS_EVERY_S)

    def _settle(self, command_id: str, answer: object) -> None:
        asked = self._asked.get(command_id)
        self._outbox.forget(command_id)
        if asked is None or asked.done():
            return
        if isinstance(answer, Exception):
            asked.set_exception(answer)
        else:
            asked.set_result(answer)

    def _finish(self, closed: Closed) -> None:
        """Nothing is answered any more."""
        if self._closed is not None:
            return
        self._closed = closed
        for command_id in list(self._asked):
            was_sent = command_id and (command_id not in self._giving or self._outbox.attempts(command_id))
            self._settle(command_id, NoAnswer(command_id) if was_sent else closed)
        self._inbox.end(closed)

    def _spawn(self, act: Coroutine[Any, Any, None]) -> None:
        task: asyncio.Task[None] = asyncio.create_task(act)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _pause_s(details: dict[str, Any]) -> float:
    """How long the server asks to wait; 0 where it does not."""
    return float(details.get("retry_ms", 0)) / 1000


def _now_s() -> float:
    return asyncio.get_running_loop().time()
