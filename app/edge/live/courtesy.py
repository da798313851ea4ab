"""Lets other processes on this machine run in the middle of a frame for many."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

COSTLY_S = 0.0005
REFUSED_S = 0.25


class Courtesy:
    """A worker's readiness to wait for others.

    A proxy, or a client on this machine, that was just written to may wait for our CPU until all the others are written
    to as well. So it may run now, as long as it takes little: beside a process that is always busy the kernel takes a
    whole time slice from us, and then nothing is given away for a while.
    """

    def __init__(
        self, give_way: Callable[[], None] = os.sched_yield, now_s: Callable[[], float] = time.perf_counter
    ) -> None:
        self._give_way = give_way
        self._now_s = now_s
        self._not_before_s = 0.0

    def give_way(self) -> None:
        """Lets others run, unless that was costly a moment ago."""
        started_s = self._now_s()
        if started_s >= self._not_before_s:
            self._give_way()
            now_s = self._now_s()
            if now_s - started_s > COSTLY_S:
                self._not_before_s = now_s + REFUSED_S
