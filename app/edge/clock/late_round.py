"""The bookkeeper's round that ends gifts which have been under way to other partitions for too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.actions.books.late_gifts import LateGifts
from app.archive.archive import Archive
from app.archive.entries import find_entries
from app.base.errors import Refusal, StoreError
from app.edge.clock.rounds import Round
from app.rules.entries import Entry
from app.store.crossings import Crossings
from app.store.partitions import Partitions

LATE_EVERY_S = 10.0


def late_round(partitions: Partitions, archive: Archive) -> Round:
    """The round, through all outboxes: one that cannot be read now holds up none of the others."""

    async def ask(k: int, keys: Sequence[str]) -> tuple[int, Mapping[str, tuple[int, Entry]]]:
        return await archive.read(find_entries, keys, k)

    ledgers = partitions.ledgers
    late = LateGifts([Crossings(ledger) for ledger in ledgers], [ledger.standing for ledger in ledgers], ask)

    async def end_late_gifts() -> float:
        failed: StoreError | Refusal | None = None
        for k in range(len(ledgers)):
            try:
                await late.step(k)
            except (StoreError, Refusal) as error:
                failed = error
        if failed is not None:
            raise failed
        return LATE_EVERY_S

    return end_late_gifts
