from __future__ import annotations

import pytest

from app.rules.moments import Moment, moment_text, read_moment

DAY_MS = 1_764_028_800_000


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1200", Moment(1200)),
        ("0", Moment(0)),
        ("2025-11-25", Moment(None, DAY_MS, DAY_MS + 86_399_999)),
        ("2025-11-25T00:01", Moment(None, DAY_MS + 60_000, DAY_MS + 119_999)),
        ("2025-11-25 00:01Z", Moment(None, DAY_MS + 60_000, DAY_MS + 119_999)),
        ("2025-11-25T00:00:05Z", Moment(None, DAY_MS + 5000, DAY_MS + 5999)),
        ("2025-11-25T00:00:05.123Z", Moment(None, DAY_MS + 5123, DAY_MS + 5123)),
        ("2025-11-25T02:00:05+02:00", Moment(None, DAY_MS + 5000, DAY_MS + 5999)),
        ("2025-11-24T22:00:05-02:00", Moment(None, DAY_MS + 5000, DAY_MS + 5999)),
    ],
)
def test_a_moment_is_a_number_or_a_time(text: str, moment: Moment) -> None:
    """A number is an entry's; a time is as long as it is written: a day, a minute, a second, a millisecond."""
    assert moment == read_moment(text)


@pytest.mark.parametrize("text", ["", "x", "-5", "1.5", "2025-13-01", "2025-11-25T25:00", "yesterday", "٣"])
def test_anything_else_is_none(text: str) -> None:
    """Whatever else is written is an error that says what a moment is like."""
    with pytest.raises(ValueError, match="no entry's number, and no time like"):
        read_moment(text)


def test_a_time_is_written_to_the_millisecond() -> None:
    """What is written can be read again as that very millisecond."""
    at_ms = DAY_MS + 61_007

    assert "2025-11-25T00:01:01.007Z" == moment_text(at_ms)
    assert Moment(None, at_ms, at_ms) == read_moment(moment_text(at_ms))
