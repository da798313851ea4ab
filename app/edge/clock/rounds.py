"""Work that is done again and again: each kind by a task of its own, which says when it wants to be done next."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable

from app.base.errors import FanfareError
from app.base.log import Throttle

AFTER_ERROR_S = 1.0

log = logging.getLogger(__name__)

Round = Callable[[], Awaitable[float]]
"""Does its work once; the seconds to wait until the next time."""


class Rounds:
    """Runs rounds until it is stopped. `on_error` is told of a round that could not be done now, and may say so."""

    def __init__(self, on_error: Callable[[FanfareError], None]) -> None:
        self._on_error = on_error
        self._throttle = Throttle(log)
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *rounds: Round) -> None:
        """Starts these as well."""
        self._tasks += [asyncio.create_task(self._repeat(one)) for one in rounds]

    async def stop(self) -> None:
        """Cancels all of them and waits until they have ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _repeat(self, one: Round) -> None:
        while True:
            try:
                wait_s = await one()
            except FanfareError as error:
                # The store or the archive cannot be reached or refuses: its work is done when it can be again.
                self._on_error(error)
                wait_s = AFTER_ERROR_S
            except Exception:
                name = getattr(one, "__name__", "a round")
                self._throttle.say(logging.ERROR, name, "%s failed:\n%s", name, traceback.format_exc())
                wait_s = AFTER_ERROR_S
            await asyncio.sleep(wait_s)
