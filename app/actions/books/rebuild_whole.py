"""Makes all partitions of a store whole again that have less than the archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.actions.books.rebuild_ledger import HasAll, IsAhead, Known, Rebuild, Rebuilt
from app.store.seen import marks_seen, rooms_seen


def known_of(data: Path, epoch: str, partition: int) -> Known:
    """What the data folder knows of a partition."""
    return Known(marks_seen(data, epoch, partition), rooms_seen(data))


async def rebuild_whole(rebuilds: Sequence[Rebuild], *, replace: bool = False) -> list[Rebuilt]:
    """Does the rebuilds of all partitions, in their order; those that have all that is archived are left as they are,
    and so are those that have more, of which the archive is to have the rest.

    None opens before all can, and the first one is the last: a ledger that has it is whole.

    Raises:
        HasAll, IsAhead: none of them lacks anything.
        StoreError, ArchiveError, BooksBroken, ConfigError: as Rebuild.run.
    """
    prepared, left = [], list[HasAll | IsAhead]()
    for rebuild in rebuilds:
        try:
            prepared.append(await rebuild.prepare(replace=replace))
        except (HasAll, IsAhead) as error:
            left.append(error)
    if not prepared:
        raise left[0]
    return [await one.open() for one in reversed(prepared)][::-1]
