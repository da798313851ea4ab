from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.limits import TokenBucket

RATES = st.floats(min_value=0.1, max_value=1000)
GAPS = st.lists(st.floats(min_value=0, max_value=3), max_size=100)


@given(RATES, st.floats(min_value=0, max_value=10), GAPS)
def test_never_more_than_rate_and_burst(rate: float, burst_s: float, gaps: list[float]) -> None:
    """In any time no more is let through than the rate's worth of it and one burst."""
    bucket, now_s, taken = TokenBucket(rate, burst_s, 0.0), 0.0, 0
    for gap in gaps:
        now_s += gap
        while taken <= 10_000 and bucket.take(now_s) == 0.0:
            taken += 1

        assert taken <= rate * now_s + max(1.0, rate * burst_s) + 1e-6


@given(RATES, st.floats(min_value=0, max_value=10), GAPS)
def test_after_the_told_wait_there_is_one(rate: float, burst_s: float, gaps: list[float]) -> None:
    """Who waits as long as told gets one."""
    bucket, now_s = TokenBucket(rate, burst_s, 0.0), 0.0
    for gap in gaps:
        now_s += gap
        wait_s = bucket.take(now_s)
        if wait_s:
            now_s += wait_s + 1e-6

            assert 0.0 == bucket.take(now_s)


def test_a_burst_then_the_rate() -> None:
    """A full bucket lets a burst through at once, then one for each period, with the wait until then."""
    bucket = TokenBucket(10.0, 3.0, 100.0)
    burst = [bucket.take(100.0) for _ in range(31)]

    assert [0.0] * 30 == burst[:30]
    assert pytest.approx(0.1) == burst[30]
    assert pytest.approx(0.05) == bucket.take(100.05)
    assert 0.0 == bucket.take(100.11)


def test_a_low_rate_lets_one_through() -> None:
    """A rate whose burst is less than one still lets the first through."""
    bucket = TokenBucket(0.1, 1.0, 0.0)

    assert 0.0 == bucket.take(0.0)
    assert pytest.approx(10.0) == bucket.take(0.0)


def test_no_rate_is_no_limit() -> None:
    """A rate of 0 lets everything through."""
    bucket = TokenBucket(0.0, 3.0, 0.0)

    assert {0.0} == {bucket.take(0.0) for _ in range(1000)}


def test_hammering_for_five_seconds_is_a_flood() -> None:
    """Ten times the rate for five seconds is a flood; the same in less time is not one yet."""
    bucket = TokenBucket(2.0, 1.0, 0.0)
    for i in range(100):
        bucket.take(i * 0.05)

    assert not bucket.flooded(4.99)
    assert bucket.flooded(5.0)


def test_patience_begins_anew() -> None:
    """Less than ten times the rate is no flood, and what was asked before is forgotten with each look."""
    bucket = TokenBucket(2.0, 1.0, 0.0)
    for i in range(99):
        bucket.take(i * 0.05)

    assert not bucket.flooded(5.0)
    bucket.take(5.1)
    assert not bucket.flooded(10.0)
