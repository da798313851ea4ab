"""Rates: a bucket that fills with time, and the patience that ends with somebody who hammers on it."""

from __future__ import annotations

FLOOD_FACTOR = 10
FLOOD_S = 5.0


class TokenBucket:
    """`rate` a second with bursts of `rate * burst_s`; a rate of 0 lets everything through. Times in seconds."""

    __slots__ = ("_asked", "_burst", "_level", "_rate", "_since", "_updated")

    def __init__(self, rate: float, burst_s: float, now_s: float) -> None:
        self._rate = rate
        self._burst = max(1.0, rate * burst_s)
        self._level = self._burst
        self._updated = self._since = now_s
        self._asked = 0

    def take(self, now_s: float, cost: float = 1.0) -> float:
        """Takes `cost`, one at most. Returns 0.0, or after how many seconds it is there; nothing was taken then."""
        if not self._rate:
            return 0.0
        self._level = min(self._burst, self._level + (now_s - self._updated) * self._rate)
        self._updated = now_s
        self._asked += 1
        if self._level >= cost:
            self._level -= cost
            return 0.0
        return (cost - self._level) / self._rate

    def flooded(self, now_s: float) -> bool:
        """Whether ten times the rate was asked for during the last five seconds. To be asked after a refusal."""
        lasted = now_s - self._since
        if lasted < FLOOD_S:
            return False
        flooded = self._asked >= self._rate * FLOOD_FACTOR * lasted
        self._since, self._asked = now_s, 0
        return flooded
