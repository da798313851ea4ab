from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.boards import ALL_DAYS, by_of, days_of, period_of
from app.rules.tables import DAY_MS


def test_the_days_of_a_period() -> None:
    """Today is one day, a week seven with today the last of them, and all time is kept in one."""
    now_ms = 100 * DAY_MS + 5

    assert [(100, 100), (94, 100), (ALL_DAYS, ALL_DAYS)] == [days_of(p, now_ms) for p in ("day", "week", "all")]


def test_what_is_no_period_is_refused() -> None:
    """A period and what a board goes by are one of a few words."""
    assert ("week", "gifts") == (period_of("week"), by_of("gifts"))
    for make in (period_of, by_of):
        with pytest.raises(Refusal, match="bad_request"):
            make("year")
