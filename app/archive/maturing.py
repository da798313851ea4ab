"""Pending diamonds whose hold is over."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, func, select

from app.archive.schema import ACCOUNTS, MATURING, SETTLED
from app.rules.postings import diamonds_of, owner_of


class Due(NamedTuple):
    """What of a streamer's diamonds is due, and until when it was settled before (0: never)."""

    streamer: str
    milli: int
    since_ms: int


def due(connection: Connection, now_ms: int, limit: int) -> list[Due]:
    """What is due now, of so many streamers at most, who have waited longest first."""
    query = (
        select(ACCOUNTS.c.name, func.sum(MATURING.c.milli), func.coalesce(SETTLED.c.until_ms, 0))
        .join(ACCOUNTS, ACCOUNTS.c.id == MATURING.c.streamer)
        .outerjoin(SETTLED, SETTLED.c.streamer == MATURING.c.streamer)
        .where(MATURING.c.due_ms <= now_ms, MATURING.c.milli > 0)
        .group_by(ACCOUNTS.c.name, SETTLED.c.until_ms)
        .order_by(func.min(MATURING.c.due_ms), ACCOUNTS.c.name)
        .limit(limit)
    )
    return [Due(owner_of(name), int(milli), since_ms) for name, milli, since_ms in connection.execute(query)]


def next_due_ms(connection: Connection, streamer: str | None = None) -> int | None:
    """When the next diamonds are due, of this streamer or of anybody; None where none are pending."""
    query = select(func.min(MATURING.c.due_ms)).where(MATURING.c.milli > 0)
    if streamer is not None:
        query = query.join(ACCOUNTS, ACCOUNTS.c.id == MATURING.c.streamer)
        query = query.where(ACCOUNTS.c.name == diamonds_of(streamer, "pending"))
    found: int | None = connection.scalar(query)
    return found
