from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rules.holds import SPAN_MS_MAX, SPAN_MS_MIN, due_ms

TIMES = st.integers(0, 2**42)
HOLDS = st.integers(0, 365 * 86_400_000)


@given(earned_ms=TIMES, hold_ms=HOLDS)
def test_nothing_is_due_before_its_hold_is_over(earned_ms: int, hold_ms: int) -> None:
    """It is never due early, and late by less than an eighth of the hold, a second or an hour."""
    late_ms = due_ms(earned_ms, hold_ms) - earned_ms - hold_ms

    assert 0 <= late_ms < max(min(hold_ms // 8, SPAN_MS_MAX), SPAN_MS_MIN)


@given(earned_ms=TIMES, later_ms=TIMES, hold_ms=HOLDS)
def test_what_is_earned_later_is_due_later(earned_ms: int, later_ms: int, hold_ms: int) -> None:
    """The order in which things were earned is kept."""
    assert due_ms(earned_ms, hold_ms) <= due_ms(earned_ms + later_ms, hold_ms)


def test_a_day_of_gifts_is_few_spans() -> None:
    """With a hold of a week, what is earned in an hour is due together."""
    week_ms = 7 * 86_400_000

    assert 24 == len({due_ms(minute * 60_000 + 1, week_ms) for minute in range(24 * 60)})
