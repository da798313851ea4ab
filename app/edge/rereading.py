"""What a worker knows of the store, and reads again when it is told that something has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from app.base.errors import FanfareError
from app.base.log import Throttle

RETRY_S = 0.5

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Rereading:
    """One read at a time; whoever asks during one gets another after it, as it may have come too early.

    Args:
        read: reads it; a FanfareError has it tried again a moment later.
        what: it, as the log names it.
        room: the room whose it is, if it is one's.
    """

    def __init__(self, read: Callable[[], Awaitable[None]], what: str, room: str = "") -> None:
        self._read = read
        self._what = what
        self._where = f" of room {room}" if room else ""
        self._stale = False
        self._reading: asyncio.Future[None] | None = None

    def refresh(self) -> None:
        """Reads it again, until that works."""
        self._stale = True
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read_again())

    async def _read_again(self) -> None:
        try:
            while self._stale:
                self._stale = False
                await self._read()
        except FanfareError as error:
            throttle.say(logging.WARNING, self._what, "%s%s cannot be read: %s", self._what, self._where, error)
            asyncio.get_running_loop().call_later(RETRY_S, self.refresh)
        finally:
            self._reading = None
