"""Leaderboards: who gave most in a room, or to a streamer, in a period, by coins or by the number of gifts."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from app.base.errors import Refusal
from app.rules.tables import DAY_MS

By = Literal["coins", "gifts"]
BoardPeriod = Literal["live", "day", "week", "all"]
WEEK_DAYS = 7
# Where the sums of all days are kept, beside those of each.
ALL_DAYS = -1


class BoardChoice(Struct, frozen=True):
    """The body of PUT /v1/rooms/{id}/leaderboard: what the room's boards go by."""

    by: By


class Shown(Struct, frozen=True):
    """Whether a person is on the boards."""

    shown: bool


def period_of(text: str) -> BoardPeriod:
    """The period of that name. Raises Refusal `bad_request`."""
    if text not in get_args(BoardPeriod):
        raise Refusal("bad_request", f"period is one of {', '.join(get_args(BoardPeriod))}.")
    return text  # type: ignore[return-value]  # it is one of them


def by_of(text: str) -> By:
    """What a board goes by. Raises Refusal `bad_request`."""
    if text not in get_args(By):
        raise Refusal("bad_request", f"by is one of {', '.join(get_args(By))}.")
    return text  # type: ignore[return-value]  # it is one of them


def days_of(period: BoardPeriod, now_ms: int) -> tuple[int, int]:
    """The days of a period that is over or ends today, counted from 1970 in UTC: the first and the last."""
    if period == "all":
        return ALL_DAYS, ALL_DAYS
    today = now_ms // DAY_MS
    return today - (WEEK_DAYS - 1 if period == "week" else 0), today
