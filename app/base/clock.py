"""Clocks, passed in where time matters, so that tests can hold them."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since 1970."""

# Where there is such a clock, it counts the time that the machine has slept as well.
_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def now_ms() -> int:
    """Wall-clock time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def since_boot_ns() -> int:
    """Nanoseconds since the machine was started: nobody can set it."""
    return time.clock_gettime_ns(_SINCE_BOOT)


class SteadyClock:
    """A time that was told once and goes on from there, whatever becomes of the wall clock meanwhile.

    Until it is told one, it is the wall clock.
    """

    def __init__(self, passed_ns: Callable[[], int] = since_boot_ns) -> None:
        self._passed_ns = passed_ns
        self._zero_ns: int | None = None

    def __call__(self) -> int:
        """Milliseconds since 1970."""
        return now_ms() if self._zero_ns is None else (self._zero_ns + self._passed_ns()) // 1_000_000

    @property
    def is_told(self) -> bool:
        """Whether it goes by a time that it was told."""
        return self._zero_ns is not None

    def tell(self, time_ms: int) -> None:
        """From now on it goes on from that time."""
        self._zero_ns = time_ms * 1_000_000 - self._passed_ns()
