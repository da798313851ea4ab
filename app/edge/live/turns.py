"""Work that is too much for one turn of the event loop is continued in later turns, and shares the time of each."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

PART_S = 0.001


class Turns:
    """A queue of work to continue. Between its parts the event loop handles everything else."""

    def __init__(self) -> None:
        self._waiting: deque[Callable[[], None]] = deque()
        self._asked = False

    def later(self, work: Callable[[], None]) -> None:
        """Calls `work` in a later turn, behind all that waits already."""
        self._waiting.append(work)
        self._ask()

    def _ask(self) -> None:
        if not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        self._asked = False
        until_s = time.perf_counter() + PART_S
        try:
            # Work that was added during this turn waits for the next one.
            for _ in range(len(self._waiting)):
                self._waiting.popleft()()
                if time.perf_counter() >= until_s:
                    break
        finally:
            if self._waiting:
                self._ask()
