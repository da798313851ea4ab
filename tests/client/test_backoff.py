from __future__ import annotations

from app.client.backoff import WAIT_MAX_S, WAIT_MIN_S, wait_before


def test_waits_lie_between_the_least_and_a_ceiling_that_doubles() -> None:
    """With the lowest dice it is the least, with the highest it doubles with each attempt up to the most, for ever."""
    assert [WAIT_MIN_S] * 3 == [wait_before(attempt, 0.0) for attempt in (0, 5, 1000)]
    assert [1.0, 2.0, 4.0, 8.0, 16.0, WAIT_MAX_S, WAIT_MAX_S] == [wait_before(attempt, 1.0) for attempt in range(7)]
    assert [0.75, 3.0] == [wait_before(0, 0.5), wait_before(9, 0.5, 1.0, 5.0)]
