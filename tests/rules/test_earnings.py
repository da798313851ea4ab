from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.earnings import day_text, first_day, span
from app.rules.tables import DAY_MS

TODAY = 20_000
NOW_MS = TODAY * DAY_MS + DAY_MS - 1


@pytest.mark.parametrize(("period", "first"), [("day", TODAY), ("week", TODAY - 6), ("month", TODAY - 29), ("all", 0)])
def test_periods_end_today(period: str, first: int) -> None:
    """A period is so many days, today's the last of them."""
    assert first == first_day(period, NOW_MS)


def test_a_span_of_days() -> None:
    """Days are inclusive; without them it is the last thirty."""
    assert (TODAY - 29, TODAY) == span(None, None, NOW_MS)
    assert (TODAY - 1, TODAY) == span(day_text(TODAY - 1), None, NOW_MS)
    assert (1, 1) == span("1970-01-02", "1970-01-02", NOW_MS)
    assert "2024-10-04" == day_text(TODAY)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("yesterday", None),
        (None, "2024-02-30"),
        ("2024-10-05", "2024-10-04"),
        ("2023-10-01", "2024-10-04"),
        ("", ""),
    ],
)
def test_odd_spans_are_refused(first: str | None, last: str | None) -> None:
    """What is no day, or the wrong way round, or too long, is refused."""
    with pytest.raises(Refusal, match="bad_request"):
        span(first, last, NOW_MS)


def test_odd_periods_are_refused() -> None:
    """A period is one of four words."""
    with pytest.raises(Refusal, match="day, week, month, all"):
        first_day("year", NOW_MS)
