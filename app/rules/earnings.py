"""What a streamer is told of earnings: what they come to now, by day, by gifter, by gift."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct

from app.base.errors import Refusal
from app.rules.cases import Review
from app.rules.currencies import Money
from app.rules.rates import RateCardView
from app.rules.tables import DAY_MS

Period = Literal["day", "week", "month", "all"]
PERIOD_DAYS: dict[Period, int] = {"day": 1, "week": 7, "month": 30}
"""How many days there are in each, today's among them."""
SPAN_DAYS, SPAN_DAYS_MAX = 30, 366
_EPOCH = date(1970, 1, 1)


class Earnings(Struct, frozen=True, kw_only=True):
    """A streamer's diamonds as decimals, and what they come to.

    Attributes:
        paid: what was paid out, and did not come back.
        in_review: the part of `held` that waits until somebody approves its payout.
        next_settlement_ms: when the next of the pending ones become available; null where none are pending.
        review: what stays pending until it is decided whether it came of fraud; null for nothing.
        value: what the available ones come to, before fee and tax.
    """

    pending: str
    available: str
    held: str
    paid: str
    in_review: str
    next_settlement_ms: int | None
    review: Review | None
    value: Money
    rate_card: RateCardView


class EarningsDay(Struct, frozen=True, kw_only=True):
    """One day in UTC, like 2026-01-31."""

    day: str
    gifts: int
    coins: int
    diamonds: str
    gifters: int


class EarningsDays(Struct, frozen=True):
    """The days on which something was earned, the oldest first."""

    days: list[EarningsDay]


class EarningsGifter(Struct, frozen=True, kw_only=True):
    """One who gave something, by id; `user` is null for all who gave anonymously."""

    user: str | None
    name: str | None
    gifts: int
    coins: int
    diamonds: str


class EarningsGifters(Struct, frozen=True):
    """Those who gave most in a period."""

    period: Period
    gifters: list[EarningsGifter]


class EarningsGift(Struct, frozen=True, kw_only=True):
    """One gift of the catalogue, by id, and how many of it were given."""

    gift: str
    gifts: int
    coins: int
    diamonds: str


class EarningsGifts(Struct, frozen=True):
    """The gifts that earned most in a period."""

    period: Period
    gifts: list[EarningsGift]


def first_day(period: str, now_ms: int) -> int:
    """The first day of a period that ends today, counted from 1970.

    Raises:
        Refusal: `bad_request`: it is no period.
    """
    if period not in get_args(Period):
        raise Refusal("bad_request", f"period is one of {', '.join(get_args(Period))}.")
    return 0 if period == "all" else now_ms // DAY_MS - PERIOD_DAYS[period] + 1  # type: ignore[index]


def span(first: str | None, last: str | None, now_ms: int) -> tuple[int, int]:
    """The days from one to another, counted from 1970: by default the last thirty, up to today.

    Raises:
        Refusal: `bad_request`: one is no day, they are in the wrong order, or more than a year apart.
    """
    end = number_of(last, "to") if last is not None else now_ms // DAY_MS
    begin = number_of(first, "from") if first is not None else end - SPAN_DAYS + 1
    if not 0 <= end - begin < SPAN_DAYS_MAX:
        raise Refusal("bad_request", f"from is a day before to, or the same; {SPAN_DAYS_MAX} days at most are told.")
    return begin, end


def number_of(text: str, name: str) -> int:
    """A day in text, counted from 1970. Raises Refusal `bad_request`."""
    try:
        return (date.fromisoformat(text) - _EPOCH).days
    except ValueError:
        raise Refusal("bad_request", f"{name} is a day like 2026-01-31.") from None


def day_text(day: int) -> str:
    """A day that is counted from 1970, in text."""
    return (_EPOCH + timedelta(days=day)).isoformat()
