"""A lasting WebSocket: one line after the other, until the server wants nobody back. It knows nothing of gifts."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from app.base.errors import CloseCode
from app.client.backoff import wait_before
from app.client.errors import FINAL_FROM, FINAL_TO, Closed
from app.client.frames import decode
from app.client.outbox import Outbox
from app.client.place import Place
from app.rules.commands import Hello
from app.rules.messages import Message

Renew = Callable[[], Awaitable[str | None]]
ABNORMAL = 1006
WELCOME_S = 10.0
# A line that is silent is asked whether it lives, and dead without an answer.
PING_EVERY_S, PONG_WITHIN_S = 20.0, 10.0
CLOSE_S = 1.0
FRAME_MAX = 16 << 20

log = logging.getLogger(__name__)


class _Straight(connect):
    # A token is for one server: it is taken to no other.

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class Line:
    """Says hello from where `place` is, hands over what is heard, sends what is due in `outbox`.

    Attributes:
        is_open: whether the server has said welcome on it.
        trouble: why there is none, in words, and `refused` the slug of the server's refusal, where it said one.
    """

    def __init__(
        self, url: str, token: str, renew: Renew | None, place: Place, outbox: Outbox, take: Callable[[Message], None]
    ) -> None:
        self.token = token
        self.is_open = False
        self.trouble = ""
        self.refused = ""
        self._url = url
        self._renew = renew
        self._place = place
        self._outbox = outbox
        self._take = take
        self._socket: ClientConnection | None = None
        self._wake = asyncio.Event()
        self._leave_s = math.inf
        self._welcomes = 0
        self._is_told_when = False

    async def stay(self) -> None:
        """Comes back whenever the line breaks.

        Raises:
            Closed: the server wants this person no more.
        """
        attempt, renewed = 0, False
        while True:
            self._is_told_when = False
            welcomes = self._welcomes
            code = await self._visit()
            log.info("the line to %s has ended: %s %s", self._url, code, self.trouble)
            if self._welcomes > welcomes:
                attempt, renewed = 0, False
            if code == CloseCode.UNAUTHORIZED and self._renew is not None and not renewed:
                # Once for each line that worked: a server that refuses a fresh token is not asked for ever.
                renewed = True
                if token := await self._renew():
                    self.token = token
                    continue
            if FINAL_FROM <= code <= FINAL_TO:
                raise Closed(code, self.refused, self.trouble)
            if self._is_told_when:
                await asyncio.sleep(self._leave_s - _now_s())
            else:
                await asyncio.sleep(wait_before(attempt, random.random()))
                attempt += 1

    def welcomed(self) -> None:
        """The server has said welcome."""
        self._welcomes += 1
        if not self.is_open:
            self.is_open, self.trouble, self.refused, self._leave_s = True, "", "", math.inf
        self.wake()

    def leave(self, after_s: float = 0.0, *, told: bool = False) -> None:
        """Leaves this line for another. `told`: the server says when, to spread the return of all."""
        self._is_told_when = self._is_told_when or told
        self._leave_s = _now_s() + after_s
        self.wake()

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._wake.set()

    async def send(self, payload: bytes) -> bool:
        """Sends a command at once, whose fate is nobody's care; False where the line is not open."""
        if self._socket is None or not self.is_open:
            return False
        with suppress(ConnectionClosed):
            await self._socket.send(payload.decode())
        return True

    async def _visit(self) -> int:
        """A line from its beginning to its end; the code with which it was closed."""
        self._leave_s = _now_s() + WELCOME_S
        try:
            async with _Straight(
                self._url,
                compression=None,
                max_size=FRAME_MAX,
                ping_interval=PING_EVERY_S,
                ping_timeout=PONG_WITHIN_S,
                close_timeout=CLOSE_S,
            ) as socket:
                self._socket = socket
                hello = msgspec.json.encode(Hello(self.token, self._place.resume()))
                await socket.send(hello.decode())
                pump = asyncio.create_task(self._pump(socket))
                try:
                    await self._hear(socket)
                finally:
                    pump.cancel()
            self.trouble = self.trouble or socket.close_reason or ""
            return socket.close_code or ABNORMAL
        except (OSError, WebSocketException, TimeoutError, msgspec.DecodeError) as error:
            self.trouble = str(error) or type(error).__name__
            return ABNORMAL
        finally:
            self._socket, self.is_open = None, False
            self._outbox.line_broke()

    async def _hear(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in socket:
                for message in decode(frame):
                    self._take(message)

    async def _pump(self, socket: ClientConnection) -> None:
        """Sends what is due, and leaves when it is time."""
        with suppress(ConnectionClosed):
            while _now_s() < self._leave_s:
                if self.is_open:
                    for payload in self._outbox.take_due(_now_s()):
                        await socket.send(payload.decode())
                self._wake.clear()
                next_s = min(self._leave_s, self._outbox.next_s if self.is_open else math.inf)
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(None if next_s == math.inf else next_s):
                        await self._wake.wait()
            await socket.close()


def _now_s() -> float:
    return asyncio.get_running_loop().time()
