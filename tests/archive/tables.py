"""All that an archive has, as plain rows, to compare two of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from app.archive.schema import METADATA

Tables = dict[str, list[tuple[Any, ...]]]


def dump(connection: Connection) -> Tables:
    """Every table with its rows, in the order of its key."""
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in METADATA.sorted_tables
    }
