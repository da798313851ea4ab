"""The result of a run: its schema, and how the processes' tallies become its numbers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from loadtest.books import Books
from loadtest.histogram import Histogram, merged
from loadtest.machine import Sample
from loadtest.plan import Faults, Second, Step, Tally
from loadtest.scenarios import Options
from loadtest.thresholds import Outcome

SCHEMA = "fanfare-loadtest/1"
WARM_UP_S = 1
LAG_P99_MAX_MS = 10.0
LAG_SHARE_MAX = 0.25
KNEE_P99_SEEN_MS = 250.0
KNEE_ACHIEVED = 0.98
CURVE_POINTS_MAX = 300


class StepResult(Struct, kw_only=True):
    """What became of one step of the rates."""

    rate: float
    achieved: float
    p50_seen_ms: float
    p99_seen_ms: float
    p99_accepted_ms: float
    cores: float
    client_lag_p99_ms: float
    held: bool

    @property
    def verdict(self) -> str:
        """Whether it was held, or whose fault it is that it was not."""
        if self.held:
            return "yes"
        return "no, the client was late" if self.client_lag_p99_ms > LAG_P99_MAX_MS else "no"


class Moment(Struct, kw_only=True):
    """One second of the timeline. Cores are CPU seconds a second."""

    at_s: int
    offered: int
    accepted: int
    events: int
    p50_seen_ms: float
    p99_seen_ms: float
    p99_accepted_ms: float
    client_lag_ms: float
    server_cores: float = 0.0
    store_cores: float = 0.0
    server_rss_mb: float = 0.0
    store_rss_mb: float = 0.0


class Measured(Struct, kw_only=True):
    """One server's run. `metrics` are the numbers that thresholds and comparisons name."""

    metrics: dict[str, float]
    latency_ms: dict[str, dict[str, float]]
    curves: dict[str, list[tuple[float, float]]]
    timeline: list[Moment]
    steps: list[StepResult]
    errors: dict[str, int]
    closes: dict[int, int]
    faults: Faults
    books: Books
    happened: list[tuple[float, str]]
    invalid: list[str]


class Result(Struct, kw_only=True):
    """A whole run, as it is written to result.json."""

    schema: str = SCHEMA
    options: Options
    command: str
    began: str
    machine: dict[str, str]
    fanfare: Measured
    baseline: Measured | None = None
    ratios: dict[str, float] = msgspec.field(default_factory=dict)
    thresholds: list[Outcome] = msgspec.field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the books balance, every threshold holds and the client could keep up."""
        return self.fanfare.books.ok and not self.fanfare.invalid and all(o.passed for o in self.thresholds)


def combine(tallies: Sequence[Tally]) -> dict[int, Second]:
    """The seconds of all processes, added up."""
    seconds: dict[int, Second] = {}
    for tally in tallies:
        for number, second in tally.seconds.items():
            seconds.setdefault(number, Second()).add(second)
    return seconds


def measured(
    *,
    options: Options,
    steps: Sequence[Step],
    tallies: Sequence[Tally],
    samples: Sequence[Sample],
    books: Books,
    happened: list[tuple[float, str]],
    sent_s: int,
) -> Measured:
    """The numbers of a run; `sent_s` is for how many seconds gifts were sent. The first second is warm-up."""
    seconds = combine(tallies)
    faults = Faults()
    for tally in tallies:
        faults.add(tally.faults)
    first = WARM_UP_S if sent_s > 3 * WARM_UP_S else 0
    window = [seconds.get(n, Second()) for n in range(first, sent_s)]
    latencies = {
        "accepted": merged(s.reply for s in window),
        "seen": merged(s.seen for s in window),
        "connect": merged(t.connects for t in tallies),
        "rejoin": merged(t.rejoins for t in tallies),
    }
    results = [_step_result(part, seconds, samples) for part in _parts(steps, sent_s)]
    metrics = _rates(window) | _latency_metrics(latencies) | _use(samples, window, first, sent_s)
    metrics |= _trust(window, tallies, faults, books)
    if len(results) > 1:
        metrics["knee_per_s"] = _knee(results)
    return Measured(
        metrics={name: round(value, 4) for name, value in metrics.items()},
        latency_ms={name: h.summary_ms() for name, h in latencies.items() if h.total},
        curves={name: _curve(h) for name, h in latencies.items() if h.total and name in ("accepted", "seen")},
        timeline=[_moment(n, seconds.get(n, Second()), samples) for n in range(sent_s)],
        steps=results if len(results) > 1 else [],
        errors=_added(t.errors for t in tallies),
        closes=_added(t.closes for t in tallies),
        faults=faults,
        books=books,
        happened=happened,
        invalid=_invalid(metrics, results),
    )


def _rates(window: Sequence[Second]) -> dict[str, float]:
    lasted_s = max(1, len(window))
    offered = sum(s.offered for s in window)
    return {
        "offered_per_s": offered / lasted_s,
        "accepted_per_s": sum(s.accepted for s in window) / lasted_s,
        "achieved": sum(s.done for s in window) / offered if offered else 1.0,
        "events_per_s": sum(s.events for s in window) / lasted_s,
        "frames_per_s": sum(s.frames for s in window) / lasted_s,
        "received_mb_per_s": sum(s.received_bytes for s in window) / lasted_s / 1e6,
    }


def _latency_metrics(latencies: dict[str, Histogram]) -> dict[str, float]:
    return {
        f"{quantile}_{name}_ms": value
        for name, histogram in latencies.items()
        if histogram.total
        for quantile, value in histogram.summary_ms().items()
    }


def _at(samples: Sequence[Sample], at_s: float) -> Sample | None:
    """The sample nearest to that second."""
    return min(samples, key=lambda sample: abs(sample.at_s - at_s), default=None)


def _cores(samples: Sequence[Sample], from_s: float, to_s: float) -> tuple[float, float]:
    """CPU seconds of server and store between two moments."""
    before, after = _at(samples, from_s), _at(samples, to_s)
    if before is None or after is None:
        return 0.0, 0.0
    return after.server_cpu_s - before.server_cpu_s, after.store_cpu_s - before.store_cpu_s


def _use(samples: Sequence[Sample], window: Sequence[Second], first: int, sent_s: int) -> dict[str, float]:
    begun, last = _at(samples, first), _at(samples, sent_s)
    server_s, store_s = _cores(samples, first, sent_s)
    if begun is None or last is None or not server_s + store_s:
        return {}
    lasted_s = max(1, len(window))
    accepted = sum(s.accepted for s in window)
    used = {
        "server_cores": server_s / lasted_s,
        "store_cores": store_s / lasted_s,
        "events_per_cpu_s": sum(s.events for s in window) / (server_s + store_s),
        "server_rss_mb": max(s.server_rss_bytes for s in samples) / 1e6,
        "store_rss_mb": max(s.store_rss_bytes for s in samples) / 1e6,
        "books_cores": (last.books_cpu_s - begun.books_cpu_s) / lasted_s,
        "books_rss_mb": max(s.books_rss_bytes for s in samples) / 1e6,
    }
    if accepted:
        used["cpu_us_per_gift"] = (server_s + store_s) * 1e6 / accepted
    return used


def _trust(window: Sequence[Second], tallies: Sequence[Tally], faults: Faults, books: Books) -> dict[str, float]:
    lag, late = merged(s.lag for s in window), merged(s.late for s in window)
    return {
        "client_lag_p99_ms": lag.quantile(0.99) / 1000,
        "send_late_p99_ms": late.quantile(0.99) / 1000,
        "client_cpu_s": sum(t.cpu_s for t in tallies),
        "failed_connects": sum(t.failed_connects for t in tallies),
        "errors": sum(sum(t.errors.values()) for t in tallies),
        "duplicates": sum(t.duplicates for t in tallies),
        "recovered": sum(t.recovered for t in tallies),
        "snapshots": sum(t.snapshots for t in tallies),
        "resyncs": sum(t.resyncs for t in tallies),
        "longest_silence_s": max((t.longest_silence_s for t in tallies), default=0.0),
        "gaps": faults.gaps,
        "repeats": faults.repeats,
        "lost": books.lost,
        "doubled": books.doubled,
    }


def _parts(steps: Sequence[Step], sent_s: int) -> list[tuple[Step, int, int]]:
    """The steps with their first and last second, as far as gifts were sent."""
    parts, at = [], 0
    for step in steps:
        if at < sent_s:
            parts.append((step, at, min(at + step.duration_s, sent_s)))
        at += step.duration_s
    return parts


def _step_result(part: tuple[Step, int, int], seconds: dict[int, Second], samples: Sequence[Sample]) -> StepResult:
    step, start, end = part
    # Of each step the first second is still the one before it.
    window = [seconds.get(n, Second()) for n in range(min(start + 1, end - 1), end)]
    seen, offered = merged(s.seen for s in window), sum(s.offered for s in window)
    achieved = sum(s.done for s in window) / offered if offered else 0.0
    p99_ms = seen.quantile(0.99) / 1000
    return StepResult(
        rate=step.rate,
        achieved=round(achieved, 4),
        p50_seen_ms=seen.quantile(0.5) / 1000,
        p99_seen_ms=p99_ms,
        p99_accepted_ms=merged(s.reply for s in window).quantile(0.99) / 1000,
        cores=round(sum(_cores(samples, start + 1, end)) / max(1, end - start - 1), 3),
        client_lag_p99_ms=merged(s.lag for s in window).quantile(0.99) / 1000,
        held=achieved >= KNEE_ACHIEVED and p99_ms <= KNEE_P99_SEEN_MS,
    )


def knee_sentence(steps: Sequence[StepResult]) -> str:
    """Where the knee is, in words."""
    if all(step.held for step in steps):
        return f"The knee was not reached: {steps[-1].rate:,.0f} gifts a second were held."
    return f"The knee: {_knee(steps):,.0f} gifts a second were held."


def _knee(results: Sequence[StepResult]) -> float:
    """The highest rate before the first that was not held."""
    knee = 0.0
    for step in results:
        if not step.held:
            break
        knee = step.rate
    return knee


def _moment(number: int, second: Second, samples: Sequence[Sample]) -> Moment:
    server_s, store_s = _cores(samples, number, number + 1)
    sample = _at(samples, number + 1)
    return Moment(
        at_s=number,
        offered=second.offered,
        accepted=second.accepted,
        events=second.events,
        p50_seen_ms=second.seen.quantile(0.5) / 1000,
        p99_seen_ms=second.seen.quantile(0.99) / 1000,
        p99_accepted_ms=second.reply.quantile(0.99) / 1000,
        client_lag_ms=second.lag.quantile(0.99) / 1000,
        server_cores=round(server_s, 3),
        store_cores=round(store_s, 3),
        server_rss_mb=round(sample.server_rss_bytes / 1e6, 1) if sample else 0.0,
        store_rss_mb=round(sample.store_rss_bytes / 1e6, 1) if sample else 0.0,
    )


def _curve(histogram: Histogram) -> list[tuple[float, float]]:
    points = histogram.curve()
    stride = max(1, len(points) // CURVE_POINTS_MAX)
    # The tail is what a percentile plot is for: it is kept whole.
    kept = [point for i, point in enumerate(points) if not i % stride or point[0] > 0.99]
    return [(round(share, 7), us / 1000) for share, us in kept]


def _invalid(metrics: dict[str, float], steps: Sequence[StepResult]) -> list[str]:
    """Why the numbers are the client's rather than the server's."""
    why = []
    lag = metrics["client_lag_p99_ms"]
    if len(steps) <= 1 and lag > LAG_P99_MAX_MS:
        why.append(f"the client itself was late: p99 {lag:.1f} ms; take fewer viewers or more --processes")
    # Past the knee a client on the same machine starves too; the knee is the server's where that is much slower still.
    broke = next((step for step in steps if not step.held), None)
    if len(steps) > 1 and broke and broke.client_lag_p99_ms > max(LAG_P99_MAX_MS, broke.p99_seen_ms * LAG_SHARE_MAX):
        why.append(f"the knee may be the client's: it was late itself, p99 {broke.client_lag_p99_ms:.1f} ms")
    if metrics["failed_connects"]:
        why.append(f"{metrics['failed_connects']:.0f} viewers could not connect")
    return why


def _added(parts: Any) -> dict[Any, int]:
    whole: dict[Any, int] = {}
    for part in parts:
        for name, count in part.items():
            whole[name] = whole.get(name, 0) + count
    return whole
