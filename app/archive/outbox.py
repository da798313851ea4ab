"""Entries that are decided in SQL and have to reach the store: written with the decision, taken off once posted.

Whoever dies in between leaves them here; they are posted again, by the same keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Column, Connection, String, Table, select

from app.archive import bulk
from app.archive.schema import LONG, METADATA, long, text
from app.rules.entries import Move, decode

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("id", LONG, primary_key=True),
    Column("key", String(), nullable=False, unique=True),
    text("entry"),
    long("since_ms"),
)


def put(connection: Connection, entries: Sequence[Move], now_ms: int) -> None:
    """Notes entries, in this order. One that waits already is not noted again."""
    for entry in entries:
        values = {"key": entry.key, "entry": msgspec.json.encode(entry).decode(), "since_ms": now_ms}
        bulk.insert_new(connection, OUTBOX, values)


def waiting(connection: Connection, limit: int) -> list[Move]:
    """The entries that wait, the oldest first."""
    lines = connection.scalars(select(OUTBOX.c.entry).order_by(OUTBOX.c.id).limit(limit))
    return [decode(line) for line in lines]  # type: ignore[misc]  # gifts are never put here


def take_off(connection: Connection, key: str) -> bool:
    """Takes an entry off; whether it was still there."""
    return connection.execute(OUTBOX.delete().where(OUTBOX.c.key == key)).rowcount > 0
