"""Who is frozen, by the archive's word."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from app.archive import bulk
from app.archive.schema import FROZEN


def frozen_among(connection: Connection, persons: Collection[str]) -> set[str]:
    """Those of these persons who are frozen."""
    found = set[str]()
    for part in bulk.parts(persons):
        found.update(connection.scalars(select(FROZEN.c.person).where(FROZEN.c.person.in_(part))))
    return found


def frozen_page(connection: Connection, after: str, limit: int) -> list[str]:
    """The next of all who are frozen, in the order of their names behind `after`."""
    query = select(FROZEN.c.person).where(FROZEN.c.person > after).order_by(FROZEN.c.person).limit(limit)
    return list(connection.scalars(query))


def frozen_by(connection: Connection, person: str) -> int | None:
    """The number of the entry by which somebody is frozen; None for those who are not."""
    n: int | None = connection.scalar(select(FROZEN.c.n).where(FROZEN.c.person == person))
    return n
