"""Who is frozen, by the archive's word: each partition's journal says it, and is archived at its own time."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from app.archive import bulk
from app.archive.cursor import home_of
from app.archive.schema import FROZEN


def frozen_among(connection: Connection, persons: Collection[str], partition: int = 0) -> set[str]:
    """Those of these persons who are frozen, as the partition has it."""
    found = set[str]()
    for part in bulk.parts(persons):
        query = select(FROZEN.c.person).where(FROZEN.c.partition == partition, FROZEN.c.person.in_(part))
        found.update(connection.scalars(query))
    return found


def frozen_page(connection: Connection, after: str, limit: int, partition: int = 0) -> list[str]:
    """The next of all who are frozen, as the partition has it, in the order of their names behind `after`."""
    query = select(FROZEN.c.person).where(FROZEN.c.partition == partition, FROZEN.c.person > after)
    return list(connection.scalars(query.order_by(FROZEN.c.person).limit(limit)))


def frozen_by(connection: Connection, person: str) -> int | None:
    """The number of the entry by which somebody is frozen, in their own partition; None for those who are not."""
    here = (FROZEN.c.person == person, FROZEN.c.partition == home_of(connection, person))
    n: int | None = connection.scalar(select(FROZEN.c.n).where(*here))
    return n
