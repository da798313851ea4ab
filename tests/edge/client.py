"""A viewer's socket for tests. Whatever the server says is held strictly against the types of the contract."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import msgspec
import websockets.asyncio.client as ws
from websockets.exceptions import ConnectionClosed

from app.rules.commands import Resume
from app.rules.messages import Error, Event, GiftAccepted, GiftSent, Message, Pong, Welcome, one_of

WITHIN_S = 45.0
EVENTS = one_of(Event)
T = TypeVar("T")
Kind = type[T] | tuple[type[T], ...]

_frames: msgspec.json.Decoder[list[Any]] = msgspec.json.Decoder(list[Message])


async def eventually(condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
    """Returns when the condition holds; fails when it does not in time."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110  # of things that tell nobody when they change
            await asyncio.sleep(0.005)


def decode(frame: str | bytes) -> list[Any]:
    """The messages of a server's frame, which says nothing beyond the contract's types."""
    assert isinstance(frame, str), "the server sends text frames only"
    messages = _frames.decode(frame)
    assert messages, "a frame is an array of one or more"
    assert json.loads(frame) == json.loads(msgspec.json.encode(messages))
    return messages


class Client:
    """One socket. `messages` is all that it was told, `frames` the same as it came."""

    def __init__(self, connection: ws.ClientConnection) -> None:
        self.connection = connection
        self.frames: list[str] = []
        self.messages: list[Any] = []
        self._news = asyncio.Event()
        self._broken: Exception | None = None
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for frame in self.connection:
                self.messages += decode(frame)
                self.frames.append(str(frame))
                self._news.set()
        except ConnectionClosed:
            pass
        except Exception as error:
            self._broken = error
        self._news.set()

    # What it says.

    async def say(self, command: object) -> None:
        """Sends a command, or any text or bytes as they are. A connection that is closed takes it and is silent."""
        with suppress(ConnectionClosed):
            raw = isinstance(command, str | bytes)
            await self.connection.send(command if raw else json.dumps(command))  # type: ignore[arg-type]

    async def hello(self, token: str, resume: Resume | None = None) -> Welcome:
        """Says hello; the welcome."""
        place = {"resume": msgspec.to_builtins(resume)} if resume else {}
        await self.say({"type": "hello", "token": token, **place})
        return await self.until(Welcome)

    async def send_gift(self, gift_id: str, gift: str = "rose", **fields: Any) -> GiftAccepted | Error:
        """Sends a gift; the answer to it."""
        since = len(self.messages)
        await self.say({"type": "send_gift", "id": gift_id, "gift": gift, **fields})
        return await self.answer(gift_id, since)

    async def answer(self, command_id: str | None, since: int = 0) -> GiftAccepted | Error:
        """The first answer to that command among the messages from `since` on."""
        return await self.until((GiftAccepted, Error), lambda message: message.id == command_id, since)

    async def ping(self, ping_id: str) -> Pong:
        """Asks for a pong: all that was said before it has been taken by then."""
        await self.say({"type": "ping", "id": ping_id})
        return await self.until(Pong, lambda pong: pong.id == ping_id)

    # What it hears.

    async def until(
        self, kind: Kind[T], where: Callable[[T], bool] = lambda _: True, since: int = 0, within_s: float = WITHIN_S
    ) -> T:
        """The first message of that kind for which `where` holds, among those from `since` on."""
        found: list[T] = []

        def look() -> bool:
            found.extend(m for m in self.messages[since:] if isinstance(m, kind) and where(m))
            return bool(found)

        await self.wait(look, within_s)
        return found[0]

    async def wait(self, condition: Callable[[], object], within_s: float = WITHIN_S) -> None:
        """Returns when the condition holds; it is looked at whenever something was heard."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._check()
                assert not self._reading.done(), f"closed with {self.connection.close_code} before it came true"
                self._news.clear()
                await self._news.wait()
        self._check()

    async def closed(self, within_s: float = WITHIN_S) -> int:
        """The code with which the server ends the connection."""
        async with asyncio.timeout(within_s):
            await asyncio.shield(self._reading)
            await self.connection.wait_closed()
        self._check()
        return self.connection.close_code or 1006

    async def events_to(self, offset: int) -> list[Any]:
        """The room events up to that offset, once it has heard them; they are dense and in order."""
        await self.wait(lambda: (events := self.events()) and events[-1].offset >= offset)
        return [event for event in self.events() if event.offset <= offset]

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can be heard."""
        return self._reading.done()

    def events(self) -> list[Any]:
        """The room events that it heard."""
        return [message for message in self.messages if isinstance(message, EVENTS)]

    def all_of(self, kind: type[T]) -> list[T]:
        """All it heard of one kind."""
        return [message for message in self.messages if isinstance(message, kind)]

    def gifts(self) -> list[GiftSent]:
        """The gifts that it saw."""
        return self.all_of(GiftSent)

    @property
    def welcome(self) -> Welcome:
        """The first welcome."""
        return self.all_of(Welcome)[0]

    @property
    def place(self) -> Resume:
        """Where it is in the room's stream: what a client keeps for its next hello."""
        last = self.all_of(Welcome)[-1]
        return Resume(last.epoch, max([last.offset, *(event.offset for event in self.events())]))

    def assert_dense(self) -> None:
        """Every event from the welcome's offset on was heard once, in order. Not for one that was resynced."""
        offsets = [event.offset for event in self.events()]
        assert list(range(self.welcome.offset + 1, self.welcome.offset + 1 + len(offsets))) == offsets

    # How it reads.

    def pause(self) -> None:
        """Stops to read from the network."""
        self.connection.transport.pause_reading()

    def resume(self) -> None:
        """Reads on."""
        self.connection.transport.resume_reading()

    async def leave(self) -> None:
        """Ends the connection from this side."""
        await self.connection.close()
        await self._reading
        self._check()

    def _check(self) -> None:
        if self._broken is not None:
            raise self._broken


@asynccontextmanager
async def connect(url: str, **options: Any) -> AsyncIterator[Client]:
    """A socket that has not said hello."""
    options = {"compression": None, "max_queue": None, "max_size": None, "close_timeout": 2, **options}
    async with ws.connect(url, proxy=None, ping_interval=None, **options) as connection:
        client = Client(connection)
        try:
            yield client
        finally:
            await client.leave()
