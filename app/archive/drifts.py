"""What the auditor has found to differ between store and books, and what still does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Integer, String, Table, delete, select

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text

# The others are found again when these are mended.
KEPT = 1000

DRIFTS = Table(
    "drifts",
    METADATA,
    *(key("partition", Integer()), key("what", String()), text("told"), long("amount"), long("since_ms")),
)


class Drift(NamedTuple):
    """Something that differs: its name, a sentence for people, by how much, and since when that is known."""

    what: str
    told: str
    amount: int
    since_ms: int


def drifts(connection: Connection, partition: int = 0) -> list[Drift]:
    """All of a partition, those first that have been known the longest."""
    query = select(*(DRIFTS.c[name] for name in Drift._fields)).where(DRIFTS.c.partition == partition)
    return [Drift(*row) for row in connection.execute(query.order_by(DRIFTS.c.since_ms, DRIFTS.c.what))]


def note_drifts(connection: Connection, found: Sequence[Drift], partition: int = 0) -> None:
    """From now on these are all of the partition, KEPT at most."""
    connection.execute(delete(DRIFTS).where(DRIFTS.c.partition == partition))
    for drift in found[:KEPT]:
        # Another auditor may be noting the same.
        bulk.insert_new(connection, DRIFTS, {"partition": partition, **drift._asdict()})
