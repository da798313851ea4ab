"""Pending diamonds whose hold is over."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from app.archive import cases
from app.archive.accounts import account_id
from app.archive.schema import ACCOUNTS, MATURING, SETTLED
from app.rules.postings import diamonds_of, owner_of


class Due(NamedTuple):
    """What of a streamer's diamonds is due, and until when it was settled before (0: never)."""

    streamer: str
    milli: int
    since_ms: int


def due(connection: Connection, now_ms: int, limit: int, partition: int = 0) -> list[Due]:
    """What is due now in a partition, of so many streamers at most, who have waited longest first.

    What is under review stays pending: all of a suspect's, and of others what suspects gave them.
    """
    held, every = cases.held(), MATURING.alias()
    pending = select(func.sum(every.c.milli)).where(every.c.streamer == MATURING.c.streamer).scalar_subquery()
    free = pending - func.coalesce(held.c.milli, 0)
    query = (
        select(ACCOUNTS.c.name, func.sum(MATURING.c.milli), free, func.coalesce(SETTLED.c.until_ms, 0))
        .join(ACCOUNTS, ACCOUNTS.c.id == MATURING.c.streamer)
        .outerjoin(SETTLED, SETTLED.c.streamer == MATURING.c.streamer)
        .outerjoin(held, held.c.account == ACCOUNTS.c.name)
        .where(ACCOUNTS.c.partition == partition)
        .where(MATURING.c.due_ms <= now_ms, MATURING.c.milli > 0, func.coalesce(held.c.whole, 0) == 0)
        .group_by(ACCOUNTS.c.name, SETTLED.c.until_ms, MATURING.c.streamer, held.c.milli)
        .having(free > 0)
        .order_by(func.min(MATURING.c.due_ms), ACCOUNTS.c.name)
        .limit(limit)
    )
    return [
        Due(owner_of(name), min(int(milli), int(free)), since_ms)
        for name, milli, free, since_ms in connection.execute(query)
    ]


def next_due_ms(connection: Connection, streamer: str | None = None, after_ms: int = 0) -> int | None:
    """When the next diamonds are due after that time, of this streamer or of anybody; None where none are."""
    query = select(func.min(MATURING.c.due_ms)).where(MATURING.c.milli > 0, MATURING.c.due_ms > after_ms)
    if streamer is not None:
        query = query.where(MATURING.c.streamer == account_id(connection, diamonds_of(streamer, "pending")))
    found: int | None = connection.scalar(query)
    return found
