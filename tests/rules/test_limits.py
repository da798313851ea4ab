from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.limits import Excess, Patience, TokenBucket

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


def test_what_was_let_through_elsewhere_is_owed_up_to_a_burst() -> None:
    """However much it was, it is paid off within twice the burst's time."""
    bucket = TokenBucket(10.0, 3.0, 0.0)
    bucket.charge(0.0, 25.0)

    assert 5 == sum(not bucket.take(0.0) for _ in range(10))
    bucket.charge(0.0, 1e9)
    assert pytest.approx(3.1) == bucket.take(0.0)
    assert 0.0 == bucket.take(3.2)


def test_cost_above_the_burst_is_the_whole_burst() -> None:
    """Whatever costs more than the bucket holds waits until the bucket is full, not for ever."""
    bucket = TokenBucket(1.0, 3.0, 0.0)

    assert 0.0 == bucket.take(0.0, 5.0)
    assert pytest.approx(3.0) == bucket.take(0.0, 5.0)
    assert 0.0 == bucket.take(3.1, 5.0)


def test_each_kilobyte_of_a_frame_counts() -> None:
    """Frames count, and their bytes as well: 150 small ones, or 37 of three kilobytes, at a rate of 50."""
    small, big = Patience(50.0, 0.0), Patience(50.0, 0.0)

    assert 150 == sum(not small.take(1023, 0.0) for _ in range(1000))
    assert 37 == sum(not big.take(3500, 0.0) for _ in range(1000))


def test_refusals_are_answered_then_ignored_then_the_end() -> None:
    """A flood hears 50 times why, then nothing, and after 500 it is the end."""
    patience = Patience(50.0, 0.0)

    assert [Excess.ANSWERED] * 50 + [Excess.IGNORED] * 450 + [Excess.THE_END] == [
        patience.refuse(100, 0.0) for _ in range(501)
    ]


def test_big_frames_that_are_refused_end_it_sooner() -> None:
    """What a refused frame costs depends on its size: of frames of four kilobytes a hundred are the end."""
    patience = Patience(50.0, 0.0)

    assert [False] * 100 + [True] == [patience.refuse(4096, 0.0) is Excess.THE_END for _ in range(101)]


@given(GAPS)
def test_who_is_refused_now_and_then_is_never_thrown_out(gaps: list[float]) -> None:
    """Up to a hundred refusals a second are put up with for ever; five a second are answered for ever."""
    patience, now_s = Patience(50.0, 0.0), 0.0
    for gap in gaps:
        now_s += max(gap, 0.2)

        assert Excess.ANSWERED is patience.refuse(100, now_s)
    for i in range(10_000):
        assert Excess.THE_END is not patience.refuse(100, now_s + i * 0.01)


def test_without_a_rate_patience_has_no_end() -> None:
    """A rate of 0 lets every frame through and answers every refusal."""
    patience = Patience(0.0, 0.0)

    assert {0.0} == {patience.take(4096, 0.0) for _ in range(10_000)}
    assert {Excess.ANSWERED} == {patience.refuse(100, 0.0) for _ in range(10_000)}
