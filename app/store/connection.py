"""One connection to the store, with every call of a loop turn sent in one write.

The gift path's own client: redis-py costs some 80 us a call and sends it again by itself when the connection breaks,
which money must not do. Here a broken connection fails what was under way as UnknownOutcome, and the caller decides.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

import hiredis

from app.base.errors import StoreError, StoreRefused, UnknownOutcome
from app.store.address import Address, Place

CALLS_MAX = 20_000
CONNECT_TIMEOUT_S = 5.0
REPLY_TIMEOUT_S = 10.0
_NO_REPLY = object()

Push = Callable[[list[Any]], None]
Lost = Callable[[], None]


class Connection(asyncio.Protocol):
    """A RESP3 connection. `call` is synchronous and gives a future; replies come in the order of the calls."""

    def __init__(self, on_push: Push | None = None, on_lost: Lost | None = None) -> None:
        self.greeting: dict[bytes, Any] = {}
        """What it said of itself: `role` is `master` or `replica`."""
        self.is_cluster = False
        self._loop = asyncio.get_running_loop()
        self._reader = hiredis.Reader(notEnoughData=_NO_REPLY, replyError=StoreRefused, protocolError=StoreError)
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._out: list[bytes] = []
        self._on_push = on_push
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None

    @property
    def open(self) -> bool:
        """Whether calls can be made."""
        return self._transport is not None

    def call(self, *args: str | bytes | int) -> asyncio.Future[Any]:
        """Sends a command.

        The future raises StoreRefused (answered with an error) or UnknownOutcome (the connection broke before that).

        Raises:
            StoreError: not connected, or too many calls are waiting: the command was not sent.
        """
        if len(self._waiting) >= CALLS_MAX:
            raise StoreError("too many calls are waiting for the store")
        self.send(*args)
        future: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append((future, self._loop.time()))
        return future

    def call_all(self, *calls: Sequence[str | bytes | int]) -> list[asyncio.Future[Any]]:
        """Sends commands that belong together, or none of them. Raises as `call` does."""
        if len(self._waiting) + len(calls) > CALLS_MAX:
            raise StoreError("too many calls are waiting for the store")
        return [self.call(*args) for args in calls]

    def send(self, *args: str | bytes | int) -> None:
        """Sends a command that is answered by pushes alone, as SSUBSCRIBE is.

        Raises:
            StoreError: not connected.
        """
        if self._transport is None:
            raise StoreError("not connected to the store")
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(hiredis.pack_command(args))  # type: ignore[arg-type]  # its types know one argument only

    def close(self) -> None:
        """Closes; what is under way fails as UnknownOutcome."""
        if self._transport is not None:
            self._transport.abort()
            self._lost(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's callback."""
        self._transport = cast(asyncio.Transport, transport)
        self._watch = self._loop.call_later(1.0, self._check_age)

    def data_received(self, data: bytes) -> None:
        """asyncio's callback: hands replies to their calls, pushes to `on_push`."""
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not _NO_REPLY:
                if isinstance(reply, hiredis.PushNotification):
                    if self._on_push is not None:
                        self._on_push(reply)
                    continue
                future, _ = self._waiting.popleft()
                if future.done():
                    continue
                if isinstance(reply, StoreRefused):
                    future.set_exception(reply)
                else:
                    future.set_result(reply)
        except (StoreError, IndexError):
            # Bytes that are no RESP, or a reply to nothing: nothing after it can be trusted.
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's callback."""
        self._lost(exc)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if self._transport is not None:
            self._transport.write(b"".join(out))

    def _check_age(self) -> None:
        if self._waiting and self._loop.time() - self._waiting[0][1] > REPLY_TIMEOUT_S:
            self.close()
        elif self._transport is not None:
            self._watch = self._loop.call_later(1.0, self._check_age)

    def _lost(self, exc: Exception | None) -> None:
        if self._transport is None:
            return
        self._transport = None
        if self._watch is not None:
            self._watch.cancel()
        waiting, self._waiting = self._waiting, deque()
        for future, _ in waiting:
            if not future.done():
                future.set_exception(UnknownOutcome(f"the connection to the store broke: {exc or 'closed'}"))
        if self._on_lost is not None:
            self._on_lost()


async def connect(
    address: Address, place: Place, on_push: Push | None = None, on_lost: Lost | None = None
) -> Connection:
    """An open connection to the node at `place`, authenticated and speaking RESP3.

    Raises:
        StoreError: it cannot be reached, or refuses us.
    """
    loop = asyncio.get_running_loop()
    connection = Connection(on_push, on_lost)
    host, port = place
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            if port:
                await loop.create_connection(lambda: connection, host, port, ssl=address.tls)
            else:
                await loop.create_unix_connection(lambda: connection, host)
            login: Sequence[str] = ("AUTH", address.username, address.password) if address.password else ()
            connection.greeting = await connection.call("HELLO", "3", *login)
            connection.is_cluster = connection.greeting.get(b"mode") == b"cluster"
            if address.db:
                await connection.call("SELECT", address.db)
    except (OSError, TimeoutError) as error:
        connection.close()
        raise StoreError(f"the store cannot be reached: {error}") from error
    except BaseException:
        # Nobody else knows of it: refused at the greeting, or cancelled, it would stay open for ever.
        connection.close()
        raise
    return connection
