"""The entries that partitions have lost for good: their store notes it, and forgets it when it is emptied."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, Integer, Table, select

from app.archive import bulk
from app.archive.schema import METADATA, key, text
from app.rules.standing import Loss

LOSSES = Table("losses", METADATA, key("partition", Integer()), key("at_ms"), text("loss"))


def note_losses(connection: Connection, losses: Iterable[Loss], partition: int = 0) -> None:
    """Notes what a partition has lost, as often as one likes."""
    bulk.put(connection, LOSSES, [(partition, loss.at_ms, msgspec.json.encode(loss).decode()) for loss in losses])


def losses_of(connection: Connection, partition: int = 0) -> list[Loss]:
    """What a partition has lost, the oldest first."""
    query = select(LOSSES.c.loss).where(LOSSES.c.partition == partition).order_by(LOSSES.c.at_ms)
    return [msgspec.json.decode(loss, type=Loss) for loss in connection.scalars(query)]
