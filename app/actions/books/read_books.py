"""Reads a partition's entries wherever they are: in the archive, and what is too new for it in the store's journal."""

from __future__ import annotations

from collections.abc import AsyncIterator

from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.entries import some_batches
from app.rules.replay import Batch
from app.store.journal import Journal


async def read_books(
    archive: Archive, journal: Journal, after: int, up_to: int, stream_id: str = ""
) -> AsyncIterator[Batch]:
    """The batches behind the entry `after`, which ends one, up to the entry `up_to`, or as far as they are there.

    Args:
        stream_id: where the journal is looked through first.

    Raises:
        ArchiveError: the archive cannot be read.
        StoreError: the store cannot be read.
        Refusal: `uninitialised`.
    """
    n, asked_again_n = after, -1
    while n < up_to:
        found = await archive.read(some_batches, n, up_to, journal.partition)
        if not found:
            placed = await journal.after(n, stream_id)
            is_gap = not placed or placed[0][1].first > n + 1
            if is_gap and asked_again_n != n and (await archive.read(read_cursor, journal.partition)).n > n:
                # What was there has gone into the archive since it was asked.
                asked_again_n = n
                continue
            found = [batch for _, batch in placed]
            stream_id = placed[-1][0] if placed else ""
        if not found:
            return
        for batch in found:
            if batch.first > up_to:
                return
            yield batch
            n = batch.first + batch.count - 1
