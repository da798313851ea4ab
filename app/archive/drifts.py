"""What the auditor has found to differ between store and books, and what still does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, String, Table, delete, select

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text

# The others are found again when these are mended.
KEPT = 1000

DRIFTS = Table("drifts", METADATA, key("what", String()), *(text("told"), long("amount"), long("since_ms")))


class Drift(NamedTuple):
    """Something that differs: its name, a sentence for people, by how much, and since when that is known."""

    what: str
    told: str
    amount: int
    since_ms: int


def drifts(connection: Connection) -> list[Drift]:
    """All of them, those first that have been known the longest."""
    query = select(*(DRIFTS.c[name] for name in Drift._fields)).order_by(DRIFTS.c.since_ms, DRIFTS.c.what)
    return [Drift(*row) for row in connection.execute(query)]


def note_drifts(connection: Connection, found: Sequence[Drift]) -> None:
    """From now on these are all of them, KEPT at most."""
    connection.execute(delete(DRIFTS))
    for drift in found[:KEPT]:
        # Another auditor may be noting the same.
        bulk.insert_new(connection, DRIFTS, drift._asdict())
