"""Log lines that a flood cannot multiply: the same thing is said at most once a minute, with how often it happened."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

PERIOD_S = 60.0
SUBJECTS_MAX = 256


class Throttle:
    """Says the first of a kind at once, counts those that follow, and adds their number to the next line it says.

    Args:
        log: where the lines go.
        period_s: seconds in which a subject is said once.
        now_s: monotonic seconds.
    """

    def __init__(
        self, log: logging.Logger, period_s: float = PERIOD_S, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._period_s = period_s
        self._now_s = now_s
        # By subject: when it was last said, and how often it happened since.
        self._said: dict[str, tuple[float, int]] = {}

    def say(self, level: int, subject: str, message: str, *args: object) -> bool:
        """Logs `message % args` unless the subject was said within the period; whether it did."""
        now_s = self._now_s()
        said_s, unsaid = self._said.get(subject, (now_s - self._period_s, 0))
        if now_s - said_s < self._period_s:
            self._said[subject] = said_s, unsaid + 1
            return False
        self._said.pop(subject, None)
        if len(self._said) >= SUBJECTS_MAX:
            # The one that was said longest ago: the dict keeps that order.
            del self._said[next(iter(self._said))]
        self._said[subject] = now_s, 0
        more = f" (and {unsaid} times more since it was last said)" if unsaid else ""
        self._log.log(level, message + "%s", *args, more)
        return True
