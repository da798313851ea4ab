"""A log-linear histogram of microseconds: three significant digits at any size, and mergeable across processes."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

# 2048 steps in the first bucket, 1024 in each next one, each twice as wide: never off by more than 1 in 1024.
STEP_BITS = 11
HALF = 1 << (STEP_BITS - 1)
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


def index_of(value: int) -> int:
    """The bucket of a value."""
    shift = max(0, value.bit_length() - STEP_BITS)
    return shift * HALF + (value >> shift)


def value_of(index: int) -> int:
    """The middle of a bucket."""
    if index < 2 * HALF:
        return index
    shift = index // HALF - 1
    low = (index - shift * HALF) << shift
    return low + (1 << shift) // 2


class Histogram(msgspec.Struct):
    """How often which value was seen. `counts` is keyed by bucket; a value below zero counts as zero."""

    counts: dict[int, int] = msgspec.field(default_factory=dict)
    total: int = 0
    top: int = 0

    def record(self, value: int, times: int = 1) -> None:
        """Counts a value."""
        value = max(value, 0)
        index = index_of(value)
        counts = self.counts
        counts[index] = counts.get(index, 0) + times
        self.total += times
        self.top = max(self.top, value)

    def add(self, other: Histogram) -> None:
        """Takes all of another one in."""
        for index, times in other.counts.items():
            self.counts[index] = self.counts.get(index, 0) + times
        self.total += other.total
        self.top = max(self.top, other.top)

    def quantile(self, share: float) -> int:
        """The smallest value that at least this share of all values do not exceed; 0 where nothing was seen."""
        wanted, so_far = share * self.total, 0
        for index in sorted(self.counts):
            so_far += self.counts[index]
            if so_far >= wanted:
                return min(value_of(index), self.top)
        return self.top

    def curve(self) -> list[tuple[float, int]]:
        """Shares and their values, each new bucket one point: what a percentile plot draws."""
        points, so_far = [], 0
        for index in sorted(self.counts):
            so_far += self.counts[index]
            points.append((so_far / self.total, min(value_of(index), self.top)))
        return points

    def summary_ms(self) -> dict[str, float]:
        """The usual percentiles in milliseconds, to be read."""
        named = {f"p{q * 100:g}".replace(".", ""): round(self.quantile(q) / 1000, 3) for q in QUANTILES}
        return {**named, "max": round(self.top / 1000, 3)}


def merged(parts: Iterable[Histogram]) -> Histogram:
    """One histogram of all of them."""
    whole = Histogram()
    for part in parts:
        whole.add(part)
    return whole
