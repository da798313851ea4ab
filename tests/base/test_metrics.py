from __future__ import annotations

from app.base.errors import CloseCode
from app.base.metrics import Metrics


def lines(metrics: Metrics) -> set[str]:
    """The lines that /metrics would show."""
    return set(metrics.render().decode().splitlines())


def test_gifts_are_counted_by_outcome() -> None:
    """Each outcome of a gift has a counter, under the worker's name."""
    metrics = Metrics("3")
    for outcome in ("accepted", "accepted", "duplicate", "id_expired"):
        metrics.gifts(outcome)

    assert {
        'fanfare_gifts_total{outcome="accepted",worker="3"} 2.0',
        'fanfare_gifts_total{outcome="duplicate",worker="3"} 1.0',
        'fanfare_gifts_total{outcome="id_expired",worker="3"} 1.0',
    } <= lines(metrics)


def test_closed_connections_are_counted_by_code() -> None:
    """A close code is shown as its number."""
    metrics = Metrics("0")
    metrics.closed(CloseCode.SLOW_READER)

    assert 'fanfare_closed_total{code="4001",worker="0"} 1.0' in lines(metrics)


def test_counters_gauges_and_lag_are_shown() -> None:
    """What the hub counts, sets and observes stands in the text."""
    metrics = Metrics("0")
    metrics.frames.inc(5)
    metrics.connections.set(7)
    metrics.loop_lag.observe(0.02)

    assert {
        'fanfare_frames_written_total{worker="0"} 5.0',
        'fanfare_connections{worker="0"} 7.0',
        'fanfare_loop_lag_seconds_bucket{le="0.025",worker="0"} 1.0',
        'fanfare_loop_lag_seconds_bucket{le="0.01",worker="0"} 0.0',
    } <= lines(metrics)


def test_two_workers_share_nothing() -> None:
    """Each worker has a registry of its own."""
    one, other = Metrics("0"), Metrics("1")
    one.gifts("accepted")

    assert not any("fanfare_gifts_total{" in line for line in lines(other))
