"""Entries that are decided in SQL and have to reach the store: written with the decision, dropped once archived.

Whoever dies in between leaves them here; they are posted again, by the same keys. So is what a store has lost again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, String, Table, delete, or_, select, update

from app.archive import bulk
from app.archive.cursor import count_partitions, read_cursor
from app.archive.keys import short
from app.archive.schema import ENTRIES, LONG, METADATA, long, text
from app.rules.entries import EVERYWHERE, decode
from app.rules.moves import Move
from app.rules.partitions import partition as partition_of

# As the keys of what stands in every partition's journal begin.
PREFIXES = tuple(f"{kind}:" for kind in EVERYWHERE)

# `n` is the entry's number once it was posted in its partition, its person's.
OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", LONG, primary_key=True),
    Column("key", String(), nullable=False, unique=True),
    text("entry"),
    long("since_ms"),
    Column("n", LONG),
    Column("partition", Integer(), nullable=False),
    Index("outbox_n", "n", "id"),
)


def put(connection: Connection, entries: Sequence[Move], now_ms: int) -> None:
    """Notes entries, in this order. One that waits already is not noted again."""
    partitions = count_partitions(connection) if entries else 1
    for entry in entries:
        values = {"key": entry.key, "entry": msgspec.json.encode(entry).decode(), "since_ms": now_ms}
        values["partition"] = partition_of(entry.user, partitions)
        bulk.insert_new(connection, OUTBOX, values)


def waiting(connection: Connection, limit: int, without: Collection[int] = ()) -> list[Move]:
    """The entries that wait, the oldest first; those of some partitions are left out."""
    query = select(OUTBOX.c.entry).where(OUTBOX.c.n.is_(None))
    if without:
        query = query.where(OUTBOX.c.partition.not_in(without))
    lines = connection.scalars(query.order_by(OUTBOX.c.id).limit(limit))
    return [decode(line) for line in lines]  # type: ignore[misc]  # gifts are never put here


def among(connection: Connection, keys: Collection[str]) -> set[str]:
    """Those of these entries, by their keys, that wait, or were posted and are not archived yet."""
    found = set[str]()
    for part in bulk.parts(keys):
        found.update(connection.scalars(select(OUTBOX.c.key).where(OUTBOX.c.key.in_(part))))
    return found


def take_off(connection: Connection, key: str, n: int | None) -> bool:
    """An entry waits no longer: it was posted as the entry n, or refused; whether it was still waiting."""
    this = (OUTBOX.c.key == key, OUTBOX.c.n.is_(None))
    change = delete(OUTBOX).where(*this) if n is None else update(OUTBOX).where(*this).values(n=n)
    return connection.execute(change).rowcount > 0


def drop_archived(connection: Connection) -> int:
    """Drops what was posted and is archived: no store can lose it any more. How many there were.

    What is not in the archive up to its number was lost, and another entry has the number: it waits again. What stands
    in every partition's journal stays until it is archived from all of them.
    """
    dropped = 0
    for k in connection.scalars(select(OUTBOX.c.partition).where(OUTBOX.c.n > 0).distinct()).all():
        partitions = count_partitions(connection)
        passed = (OUTBOX.c.n <= read_cursor(connection, k).n, OUTBOX.c.partition == k)
        for keys in bulk.parts(connection.scalars(select(OUTBOX.c.key).where(*passed)).all()):
            archived = _archived(connection, keys)
            lost = [key for key in keys if not archived[key] or (_is_everywhere(key) and k not in archived[key])]
            connection.execute(update(OUTBOX).where(OUTBOX.c.key.in_(lost), *passed).values(n=None))
            done = [key for key in keys if len(archived[key]) >= (partitions if _is_everywhere(key) else 1)]
            dropped += connection.execute(delete(OUTBOX).where(OUTBOX.c.key.in_(done), *passed)).rowcount
    return dropped


def post_again(connection: Connection, partition: int = 0) -> list[str]:
    """Has all that was posted in a partition and is not archived posted again, as its store has lost it; the keys."""
    named = or_(*(OUTBOX.c.key.startswith(prefix) for prefix in PREFIXES))
    everywhere = connection.scalars(select(OUTBOX.c.key).where(OUTBOX.c.n > 0, named)).all()
    missing = [key for key, archived in _archived(connection, everywhere).items() if partition not in archived]
    lost = (OUTBOX.c.partition == partition) & (OUTBOX.c.n > read_cursor(connection, partition).n)
    lost |= (OUTBOX.c.n > 0) & OUTBOX.c.key.in_(missing)
    keys = list(connection.scalars(select(OUTBOX.c.key).where(lost).order_by(OUTBOX.c.id)))
    connection.execute(update(OUTBOX).where(lost).values(n=None))
    return keys


def _archived(connection: Connection, keys: Collection[str]) -> dict[str, set[int]]:
    """From which partitions each of these entries, by their keys, is archived."""
    found: dict[str, set[int]] = {key: set() for key in keys}
    for part in bulk.parts(keys):
        forms = {short(key): key for key in part}
        for form, partition in connection.execute(
            select(ENTRIES.c.key, ENTRIES.c.partition).where(ENTRIES.c.key.in_(forms))
        ):
            found[forms[form]].add(partition)
    return found


def _is_everywhere(key: str) -> bool:
    return key.startswith(PREFIXES)
