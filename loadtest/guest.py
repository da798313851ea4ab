"""One simulated viewer of the crowd: logs in, joins, gifts and comments when told to, and comes back after a break."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec

from app.base.ids import uuid7
from app.client.errors import FINAL_FROM
from loadtest.connection import Connection, connect
from loadtest.frames import PRIVATE, Frame, Memo
from loadtest.http import Http

WELCOME_S = 20.0
# Below the server's limits (20 gifts and 1 comment a second) by a wide margin.
GIFT_GAP_S, COMMENT_GAP_S = 0.15, 4.0


class Guest:
    """A person. `coins` is what it knows of its wallet; `hears` gets the room's events, where it listens for all."""

    def __init__(self, name: str, url: str, room: str, memo: Memo) -> None:
        self.name = name
        self.user = ""
        self.coins = 0
        self.here = False
        self.left = False
        self.hears: Callable[[dict[str, Any]], None] | None = None
        self._url = url
        self._room = room
        self._memo = memo
        self._token = ""
        self._connection: Connection | None = None
        self._welcome: asyncio.Future[None] | None = None
        self._gifted_at = self._said_at = 0.0
        self._clock_offset_ms = 0

    async def join(self, http: Http) -> None:
        """Logs in where it has no token yet, connects and waits to be welcomed.

        Raises:
            OSError: the server is not there, or does not let it in now.
        """
        if not self._token:
            answer = await http.ask("POST", "/v1/demo/login", body={"name": self.name, "role": "viewer"})
            if answer.status != 200:
                raise ConnectionError(f"the login answered {answer.status}")
            self._token, self.user = answer.body["token"], answer.body["user"]["id"]
        self._welcome = asyncio.get_running_loop().create_future()
        try:
            await connect(self._url, f"/ws/{self._room}", self, self._memo)
            async with asyncio.timeout(WELCOME_S):
                await self._welcome
        except TimeoutError:
            self.hang_up()
            raise ConnectionError("no welcome in time") from None

    def hang_up(self) -> None:
        """Leaves the room, for a while or for good."""
        self.here = False
        if self._connection is not None:
            self._connection.close()

    def may_gift(self, now_s: float) -> bool:
        """Whether it is here and has not just sent one."""
        return self.here and now_s - self._gifted_at >= GIFT_GAP_S

    def may_comment(self, now_s: float) -> bool:
        """Whether it is here and has not just said something."""
        return self.here and now_s - self._said_at >= COMMENT_GAP_S

    def gift(self, gift: str, price_coins: int, now_s: float, words: str | None = None) -> None:
        """Sends one, perhaps with words."""
        self._gifted_at = now_s
        self.coins -= price_coins
        said = {} if words is None else {"message": words}
        self._send({"type": "send_gift", "id": self._new_id(), "gift": gift, **said})

    def comment(self, text: str, now_s: float) -> None:
        """Says something."""
        self._said_at = now_s
        self._send({"type": "send_comment", "id": self._new_id(), "text": text})

    # The connection's Listener.

    def on_open(self, connection: Connection) -> None:
        """Says who it is."""
        self._connection = connection
        self._send({"type": "hello", "token": self._token})

    def on_frame(self, frame: Frame) -> None:
        """Reads what is for it alone; what is for all, only where it listens for the crowd."""
        if self.hears is None and not frame.payload.startswith(PRIVATE):
            return
        for message in msgspec.json.decode(frame.payload):
            self._take(message)

    def on_closed(self, code: int) -> None:
        """Is not here any more; whoever looks after it sees that."""
        self.here = False
        self._connection = None
        if code >= FINAL_FROM:
            self._token = ""
        if self._welcome is not None and not self._welcome.done():
            self._welcome.set_exception(ConnectionError(f"closed with {code}"))

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind in ("welcome", "resync"):
            self.coins = message["balance"]["coins"]
            self._clock_offset_ms = message["server_ms"] - time.time_ns() // 1_000_000
            self.here = True
            if self._welcome is not None and not self._welcome.done():
                self._welcome.set_result(None)
        elif kind in ("gift_accepted", "wallet_changed"):
            self.coins = message["balance"]["coins"]
        elif kind == "error" and message["error"] == "insufficient_coins":
            self.coins = message["details"]["coins"]
        elif kind == "error" and message["error"] == "rate_limited":
            # It should not happen; where limits are set lower, it keeps quiet for a while.
            self._gifted_at = self._said_at = time.monotonic() + 10
        elif self.hears is not None:
            self.hears(message)

    def _send(self, command: dict[str, Any]) -> None:
        if self._connection is not None:
            self._connection.send(msgspec.json.encode(command))

    def _new_id(self) -> str:
        return uuid7(time.time_ns() // 1_000_000 + self._clock_offset_ms)
