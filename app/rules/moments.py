"""Moments of the books as people write them: the number of an entry, or a time in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple


class Moment(NamedTuple):
    """An entry's number, or the first and the last millisecond of a time: a day has many of them."""

    n: int | None
    first_ms: int = 0
    last_ms: int = 0


def read_moment(text: str) -> Moment:
    """A moment from `1200`, `2026-11-25`, `2026-11-25T18:30` or `2026-11-25T18:30:05.123Z`.

    Raises:
        ValueError: it is none; the text says what one is like.
    """
    if text.isascii() and text.isdigit():
        return Moment(int(text[:18]))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no entry's number, and no time like 2026-11-25 or 2026-11-25T18:30Z") from None
    moment = found if found.tzinfo else found.replace(tzinfo=UTC)
    first_ms = _ms(moment)
    return Moment(None, first_ms, first_ms + _length_ms(text) - 1)


def moment_text(at_ms: int) -> str:
    """A time in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _length_ms(text: str) -> int:
    """How long the time is that a text stands for: a day, a minute, a second, or a millisecond."""
    time = text.replace(" ", "T").partition("T")[2].partition("Z")[0].partition("+")[0].partition("-")[0]
    if not time:
        return 86_400_000
    if "." in time or "," in time:
        return 1
    return 60_000 if time.count(":") < 2 else 1000
