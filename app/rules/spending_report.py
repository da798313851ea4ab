"""What a person has spent, by day, room or streamer of some days: coins, and what they cost in money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from app.base.errors import Refusal
from app.rules.currencies import EXPONENTS
from app.rules.entries import Entry
from app.rules.gift_steps import GiftReturned, GiftStep
from app.rules.zones import local_day

By = Literal["day", "room", "streamer"]
PriceOf = Literal["own", "list"]
BYS: tuple[By, ...] = ("day", "room", "streamer")
DAYS_MAX, DAYS = 366, 30


class Spent(NamedTuple):
    """An entry that spent coins, or gave some back: when it was written, and how many."""

    at_ms: int
    coins: int
    entry: Entry


class Price(NamedTuple):
    """So many minor units of a currency were paid for so many coins: by the person, or by the list of prices."""

    currency: str
    minor: int
    coins: int
    of: PriceOf

    def of_coins(self, coins: int) -> int:
        """What coins cost, rounded to the nearest."""
        return (2 * coins * self.minor + self.coins) // (2 * self.coins)


class Days(NamedTuple):
    """The first and the last day, both counted, of a zone."""

    first: date
    last: date
    tz: str


class SpendingRow(Struct, frozen=True):
    """One day, room or streamer. Promotions are of no streamer: their `key` is null there. Names as far as known."""

    key: str | None
    name: str | None
    coins: int
    gifts: int
    minor: int | None


class SpendingReport(Struct, frozen=True, kw_only=True):
    """What was spent in the days `from` to `to`; every one of them stands there, or who got most first.

    `price` says whose price made money of coins: what the person has paid on average, or the list's. What was spent
    before `complete_from_ms` is not counted: there were too many entries.
    """

    by: By
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    tz: str
    rows: list[SpendingRow]
    coins: int
    minor: int | None
    currency: str | None
    exponent: int | None
    price: PriceOf | None
    complete_from_ms: int | None


def by_of(text: str) -> By:
    """Raises Refusal `bad_request`."""
    for by in BYS:
        if text == by:
            return by
    raise Refusal("bad_request", "by is day, room or streamer.")


def days_of(first: str | None, last: str | None, tz: str, now_ms: int) -> Days:
    """The days that are asked for, by default the thirty up to today. Raises Refusal `bad_request`."""
    until = local_day(tz, now_ms) if last is None else _day(last, "to")
    since = until - timedelta(days=DAYS - 1) if first is None else _day(first, "from")
    if not 0 <= (until - since).days < DAYS_MAX:
        raise Refusal("bad_request", f"from is before to, by {DAYS_MAX} days at most.")
    return Days(since, until, tz)


def _day(text: str, name: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Refusal("bad_request", f"{name} is a day like 2026-01-31.") from None
    if not 2000 <= found.year < 2200:
        raise Refusal("bad_request", f"{name} is a day like 2026-01-31.")
    return found


def report(
    days: Days,
    by: By,
    spent: Iterable[Spent],
    price: Price | None,
    names: Mapping[str, str],
    complete_from_ms: int | None = None,
) -> SpendingReport:
    """Sums up what was spent in these days. `names` are what rooms and streamers are called, by their ids."""
    coins: dict[str | None, int] = {}
    gifts: dict[str | None, int] = {}
    if by == "day":
        count = (days.last - days.first).days + 1
        coins = dict.fromkeys(((days.first + timedelta(days=i)).isoformat() for i in range(count)), 0)
    for one in spent:
        key = _key(one, by, days.tz)
        coins[key] = coins.get(key, 0) + one.coins
        gifts[key] = gifts.get(key, 0) + _gifts(one.entry)
    rows = [
        SpendingRow(key, names.get(key or ""), sum_, gifts.get(key, 0), price and price.of_coins(sum_))
        for key, sum_ in coins.items()
    ]
    if by != "day":
        rows.sort(key=lambda row: (-row.coins, row.key or ""))
    in_all = sum(coins.values())
    return SpendingReport(
        by=by,
        first=days.first.isoformat(),
        last=days.last.isoformat(),
        tz=days.tz,
        rows=rows,
        coins=in_all,
        minor=price and price.of_coins(in_all),
        currency=price and price.currency,
        exponent=price and EXPONENTS[price.currency],
        price=price and price.of,
        complete_from_ms=complete_from_ms,
    )


def _gifts(entry: Entry) -> int:
    if not isinstance(entry, GiftStep):
        return 0
    return -entry.quantity if isinstance(entry, GiftReturned) else entry.quantity


def _key(spent: Spent, by: By, tz: str) -> str | None:
    if by == "day":
        return local_day(tz, spent.at_ms).isoformat()
    if by == "room":
        return getattr(spent.entry, "room", None)
    return spent.entry.receiver if isinstance(spent.entry, GiftStep) else None
