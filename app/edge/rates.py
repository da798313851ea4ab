"""Rates that hold over all workers: each tells the others what it let through, and they count it as well."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import orjson

from app.base.config import Settings
from app.base.errors import Refusal
from app.rules.limits import TokenBucket

GIFTS_BURST_S, COMMENTS_BURST_S, REQUESTS_BURST_S = 3.0, 5.0, 10.0
BUCKETS_MAX = 20_000


def limited(wait_s: float) -> Refusal:
    """The refusal for somebody who has to wait."""
    return Refusal("rate_limited", retry_ms=int(wait_s * 1000) + 1)


class Rates:
    """A token bucket for each key. When there are too many, the one that was used least recently is dropped."""

    def __init__(self, rate: float, burst_s: float, now_s: Callable[[], float]) -> None:
        self._rate = rate
        self._burst_s = burst_s
        self._now_s = now_s
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def take(self, who: str, cost: float = 1.0) -> None:
        """Raises Refusal `rate_limited` with the time to wait."""
        if self._rate and (wait_s := self._bucket(who).take(self._now_s(), cost)):
            raise limited(wait_s)

    def _bucket(self, who: str) -> TokenBucket:
        bucket = self._buckets.get(who)
        if bucket is None:
            if len(self._buckets) >= BUCKETS_MAX:
                self._buckets.popitem(last=False)
            bucket = self._buckets[who] = TokenBucket(self._rate, self._burst_s, self._now_s())
        else:
            self._buckets.move_to_end(who)
        return bucket


class ToldRates(Rates):
    """Rates that note what is let through, for the other workers, and count what those let through."""

    def __init__(self, rate: float, burst_s: float, now_s: Callable[[], float]) -> None:
        super().__init__(rate, burst_s, now_s)
        self._taken: dict[str, float] = {}

    def take(self, who: str, cost: float = 1.0) -> None:
        """Raises Refusal `rate_limited` with the time to wait."""
        super().take(who, cost)
        if self._rate and len(self._taken) < BUCKETS_MAX:
            self._taken[who] = self._taken.get(who, 0.0) + cost

    def taken(self) -> dict[str, float]:
        """What was let through since this was last asked, by who asked for it."""
        taken, self._taken = self._taken, {}
        return taken

    def taken_elsewhere(self, who: str, amount: float) -> None:
        """Counts what another worker let through."""
        if self._rate:
            self._bucket(who).charge(self._now_s(), amount)


class SharedRates:
    """The rates of a worker's people.

    Args:
        settings: what the rates are.
        name: how this worker calls itself when it tells the others; '' where there are no others.
        now_s: monotonic seconds.
    """

    def __init__(self, settings: Settings, name: str, now_s: Callable[[], float]) -> None:
        self.gifts = ToldRates(settings.gift_rate, GIFTS_BURST_S, now_s)
        self.comments = ToldRates(settings.comment_rate, COMMENTS_BURST_S, now_s)
        self.requests = ToldRates(settings.request_rate, REQUESTS_BURST_S, now_s)
        self._kinds = {"gifts": self.gifts, "comments": self.comments, "requests": self.requests}
        self._name = name

    def news(self) -> bytes | None:
        """What this worker let through since the last call; None where that is nothing, or there is nobody to tell."""
        taken = {kind: taken for kind, rates in self._kinds.items() if (taken := rates.taken())}
        return orjson.dumps([self._name, taken]) if taken and self._name else None

    def hear(self, news: bytes) -> None:
        """Counts what another worker let through. Messages of this worker itself arrive too and are skipped."""
        name, kinds = orjson.loads(news)
        for kind, rates in self._kinds.items() if name != self._name else ():
            for who, amount in kinds.get(kind, {}).items():
                rates.taken_elsewhere(who, amount)
