"""Rates: a bucket that fills with time, and the patience with one connection, which ends."""

from __future__ import annotations

from enum import Enum


class TokenBucket:
    """`rate` a second with bursts of `rate * burst_s`; a rate of 0 lets everything through. Times in seconds."""

    __slots__ = ("_burst", "_level", "_rate", "_updated")

    def __init__(self, rate: float, burst_s: float, now_s: float) -> None:
        self._rate = rate
        self._burst = max(1.0, rate * burst_s)
        self._level = self._burst
        self._updated = now_s

    def take(self, now_s: float, cost: float = 1.0) -> float:
        """Takes `cost`, a burst at most. Returns 0.0, or the seconds until it is there; then nothing was taken."""
        if not self._rate:
            return 0.0
        self._level = min(self._burst, self._level + (now_s - self._updated) * self._rate)
        self._updated = now_s
        cost = min(cost, self._burst)
        if self._level >= cost:
            self._level -= cost
            return 0.0
        return (cost - self._level) / self._rate

    def charge(self, now_s: float, amount: float) -> None:
        """Takes what was let through elsewhere already; a burst is owed at most."""
        self._level = min(self._burst, self._level + (now_s - self._updated) * self._rate)
        self._updated = now_s
        self._level = max(-self._burst, self._level - amount)


class Excess(Enum):
    """What becomes of a frame that is refused."""

    ANSWERED = 1
    IGNORED = 2
    THE_END = 3


class Patience:
    """The patience with one connection: how much it may send, and how much of what is refused is put up with.

    At first each refusal is answered, so that a client learns what it does wrong; then they are ignored; then it ends.

    Args:
        rate: frames a second; 0 for any number, and without end.
    """

    FRAMES_BURST_S = 3.0
    # Refusals a second in parts of `rate`, and how many seconds' worth of them at once: with a rate of 50 frames, the
    # first 50 refusals are answered, and after 500 it ends.
    ANSWERED, ANSWERED_BURST_S = 0.1, 10.0
    ENDURED, ENDURED_BURST_S = 2.0, 5.0
    UNIT = 1024

    __slots__ = ("_answers", "_endured", "_frames", "_rate")

    def __init__(self, rate: float, now_s: float) -> None:
        self._rate = rate
        self._frames = TokenBucket(rate, self.FRAMES_BURST_S, now_s)
        self._answers: TokenBucket | None = None
        self._endured: TokenBucket | None = None

    def take(self, size: int, now_s: float) -> float:
        """For a frame of `size` bytes: 0.0, or after how many seconds it may be sent. Each whole KB is one more."""
        return self._frames.take(now_s, 1 + size // self.UNIT)

    def refuse(self, size: int, now_s: float) -> Excess:
        """What becomes of a frame of `size` bytes that is refused, for whatever reason. Each whole KB is one more."""
        if self._answers is None or self._endured is None:
            # Made late: most connections are never refused anything, and there are very many of them.
            self._answers = TokenBucket(self._rate * self.ANSWERED, self.ANSWERED_BURST_S, now_s)
            self._endured = TokenBucket(self._rate * self.ENDURED, self.ENDURED_BURST_S, now_s)
        if self._endured.take(now_s, 1 + size // self.UNIT):
            return Excess.THE_END
        return Excess.IGNORED if self._answers.take(now_s) else Excess.ANSWERED
