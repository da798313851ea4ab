"""Yields the CPU to other processes while a frame is written to many sockets."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

COSTLY_S = 0.0005
REFUSED_S = 0.25


class Courtesy:
    """When to yield the CPU.

    A proxy or a client on this machine that was just written to has to wait for the CPU until the frame is written to
    all the others. Yielding lets it run now. That is cheap unless another process is always busy: then the kernel takes
    a whole time slice from us. So after a yield that took long, there is none for a while.
    """

    def __init__(
        self, give_way: Callable[[], None] = os.sched_yield, now_s: Callable[[], float] = time.perf_counter
    ) -> None:
        self._give_way = give_way
        self._now_s = now_s
        self._not_before_s = 0.0

    def give_way(self) -> None:
        """Yields the CPU, unless that took long a moment ago."""
        started_s = self._now_s()
        if started_s >= self._not_before_s:
            self._give_way()
            now_s = self._now_s()
            if now_s - started_s > COSTLY_S:
                self._not_before_s = now_s + REFUSED_S
