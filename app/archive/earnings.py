"""What streamers have earned, by day, gifter and gift, as the archiver has summed it up."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, Table, func, select

from app.archive.accounts import account_id
from app.archive.schema import ACCOUNTS, EARNED_DAYS, EARNED_GIFTERS, EARNED_GIFTS, NOBODY
from app.rules.postings import diamonds_of, owner_of


class Earned(NamedTuple):
    """What came of some gifts: how many there were, what they cost, and the streamer's milli-diamonds."""

    gifts: int
    coins: int
    milli: int


class EarnedDay(NamedTuple):
    """A day, counted from 1970 in UTC, and how many people gave something on it; all anonymous ones are one."""

    day: int
    earned: Earned
    gifters: int


def days(connection: Connection, streamer: str, first: int, last: int) -> list[EarnedDay]:
    """The days from `first` to `last` on which something was earned, the oldest first."""
    account = _account(connection, streamer)
    by_day = (EARNED_GIFTERS.c.streamer == account, EARNED_GIFTERS.c.day.between(first, last))
    counted = select(EARNED_GIFTERS.c.day, func.count()).where(*by_day).group_by(EARNED_GIFTERS.c.day)
    gifters: dict[int, int] = dict(connection.execute(counted).all())
    table = EARNED_DAYS.c
    query = select(table.day, table.gifts, table.coins, table.milli)
    query = query.where(table.streamer == account, table.day.between(first, last)).order_by(table.day)
    return [EarnedDay(day, Earned(*sums), gifters.get(day, 0)) for day, *sums in connection.execute(query)]


def gifters(connection: Connection, streamer: str, first: int, limit: int) -> list[tuple[str | None, Earned]]:
    """Those who gave most from the day `first` on; None stands for all who gave anonymously."""
    found = _most(connection, EARNED_GIFTERS, "gifter", streamer, first, limit)
    names = dict(connection.execute(select(ACCOUNTS.c.id, ACCOUNTS.c.name).where(ACCOUNTS.c.id.in_(dict(found)))).all())
    return [(owner_of(names[gifter]) if gifter in names else None, earned) for gifter, earned in found]


def gifts(connection: Connection, streamer: str, first: int, limit: int) -> list[tuple[str, Earned]]:
    """The gifts that earned most from the day `first` on, by their ids."""
    return _most(connection, EARNED_GIFTS, "gift", streamer, first, limit)


def _most(
    connection: Connection, table: Table, by: str, streamer: str, first: int, limit: int
) -> list[tuple[str, Earned]]:
    column, coins = table.c[by], func.sum(table.c.coins)
    query = select(column, func.sum(table.c.gifts), coins, func.sum(table.c.milli))
    query = query.where(table.c.streamer == _account(connection, streamer), table.c.day >= first)
    query = query.group_by(column).order_by(coins.desc(), column).limit(limit)
    return [(key, Earned(*map(int, sums))) for key, *sums in connection.execute(query)]


def _account(connection: Connection, streamer: str) -> int:
    return account_id(connection, diamonds_of(streamer, "pending")) or NOBODY
