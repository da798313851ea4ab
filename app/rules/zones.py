"""The calendar where a person is: when days, weeks and months end there, summer time and all."""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,63}")
DAYS, WEEKS, MONTHS = 40, 8, 4
DAY_S, HOUR_S, QUARTER_S = 86_400, 3600, 900


class Zone(Struct, frozen=True):
    """What the store knows of a zone, for some weeks: when days, weeks and months begin, from those of yesterday on.

    `offsets`: from when on the clocks there are so many minutes ahead of UTC.
    """

    day: list[int]
    week: list[int]
    month: list[int]
    offsets: list[tuple[int, int]]


@lru_cache(maxsize=1024)
def is_zone(name: str) -> bool:
    """Whether there is a zone of that name, as in the IANA's data base."""
    if not NAME.fullmatch(name):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


@lru_cache(maxsize=256)
def _zone_on(name: str, utc_day: int) -> Zone:
    place = ZoneInfo(name)
    today = datetime.fromtimestamp(utc_day * DAY_S, place).date()
    monday = today - timedelta(days=today.weekday())
    months = [date(today.year + (today.month - 1 + i) // 12, (today.month - 1 + i) % 12 + 1, 1) for i in range(MONTHS)]
    return Zone(
        day=_begins([today + timedelta(days=i) for i in range(DAYS)], name),
        week=_begins([monday + timedelta(weeks=i) for i in range(WEEKS)], name),
        month=_begins(months, name),
        offsets=_offsets(utc_day * DAY_S, place),
    )


def zone_at(name: str, now_ms: int) -> Zone:
    """The zone as it is from that time on; one that is not known (any more) is UTC."""
    # From the day before on: whoever reads it may be a little behind.
    return _zone_on(name if is_zone(name) else "UTC", now_ms // 1000 // DAY_S - 1)


def _begins(days: list[date], name: str) -> list[int]:
    # A day that a zone has left out begins with the next one.
    return sorted({day_begins(name, day) for day in days})


def _offsets(from_s: int, place: ZoneInfo) -> list[tuple[int, int]]:
    found = [(from_s * 1000, _minutes(from_s, place))]
    for hour in range(from_s, from_s + DAYS * DAY_S, HOUR_S):
        if _minutes(hour + HOUR_S, place) != found[-1][1]:
            # Clocks are changed at whole quarters.
            for quarter in range(hour, hour + HOUR_S + 1, QUARTER_S):
                if (minutes := _minutes(quarter, place)) != found[-1][1]:
                    found.append((quarter * 1000, minutes))
    return found


def _minutes(at_s: int, place: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(at_s, place).utcoffset() or timedelta()
    return int(offset.total_seconds()) // 60


def window_at(begins: list[int], now_ms: int) -> tuple[int, int]:
    """Begin and end of the one of these that runs."""
    at = bisect_right(begins, now_ms)
    return begins[at - 1], begins[at]


def day_begins(name: str, day: date) -> int:
    """When a day begins there."""
    place = ZoneInfo(name) if is_zone(name) else UTC
    return int(datetime(day.year, day.month, day.day, tzinfo=place).timestamp()) * 1000


def local_day(name: str, at_ms: int) -> date:
    """The day it is there."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(name) if is_zone(name) else UTC).date()
