from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.zones import is_zone, local_day, window_at, zone_at

NAMES = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Cairo",
]


@given(st.sampled_from(NAMES), st.datetimes(datetime(2005, 1, 1), datetime(2036, 12, 31)))
def test_windows_are_those_of_the_clock_on_the_wall(name: str, at: datetime) -> None:
    """A day is as long as the date there is the same, a week begins on a Monday, a month on the first."""
    now_ms = int(at.replace(tzinfo=UTC).timestamp() * 1000)
    place, zone, today = ZoneInfo(name), zone_at(name, now_ms), local_day(name, now_ms)
    begin, end = window_at(zone.day, now_ms)

    assert begin <= now_ms < end
    assert [today, today] == [local_day(name, ms) for ms in (begin, end - 1)]
    assert today != local_day(name, begin - 1)
    assert today < local_day(name, end)
    week, month = window_at(zone.week, now_ms), window_at(zone.month, now_ms)
    assert (True, 1) == (local_day(name, week[0]).weekday() < 2, local_day(name, month[0]).day)
    assert week[0] <= begin < end <= week[1]
    assert month[0] <= begin < end <= month[1]
    (minutes,) = [offset for since, offset in zone.offsets if since <= now_ms][-1:]
    offset = datetime.fromtimestamp(now_ms / 1000, place).utcoffset()
    assert offset is not None
    assert int(offset.total_seconds()) // 60 == minutes


def test_days_of_summer_time() -> None:
    """The days on which the clocks are changed have 23 and 25 hours."""
    hours = []
    for month, day in ((3, 28), (10, 31)):
        now_ms = int(datetime(2027, month, day, 12, tzinfo=UTC).timestamp() * 1000)
        begin, end = window_at(zone_at("Europe/Berlin", now_ms).day, now_ms)
        hours.append((end - begin) // 3_600_000)
    assert [23, 25] == hours


@pytest.mark.parametrize(
    "name", ["", "Berlin", "Europe/Berlin ", "../etc/passwd", "/usr/share", "Europe", "a" * 99, "UTC\n"]
)
def test_what_is_no_zone(name: str) -> None:
    """What no zone is called is none, and its days are those of UTC."""
    assert not is_zone(name)
    assert zone_at("UTC", 1_800_000_000_000) == zone_at(name, 1_800_000_000_000)
    assert date(2027, 1, 15) == local_day(name, 1_800_000_000_000)
