"""Who is frozen, by the archive's word."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from app.archive.schema import FROZEN

NAMES_A_QUERY = 500


def frozen_among(connection: Connection, persons: Collection[str]) -> set[str]:
    """Those of these persons who are frozen."""
    found, ordered = set[str](), sorted(persons)
    for at in range(0, len(ordered), NAMES_A_QUERY):
        part = ordered[at : at + NAMES_A_QUERY]
        found.update(connection.scalars(select(FROZEN.c.person).where(FROZEN.c.person.in_(part))))
    return found


def frozen_page(connection: Connection, after: str, limit: int) -> list[str]:
    """The next of all who are frozen, in the order of their names behind `after`."""
    query = select(FROZEN.c.person).where(FROZEN.c.person > after).order_by(FROZEN.c.person).limit(limit)
    return list(connection.scalars(query))
