"""Posts the entries that were decided in SQL to the store, and writes into SQL what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from app.archive import outbox
from app.archive.archive import Archive, Connection
from app.base.clock import Clock
from app.base.errors import Refusal
from app.rules.entries import Move
from app.store.moves import Moves, Posted

BATCH_MAX = 200

Told = Callable[[Connection, Any, Posted | Refusal, int], None]
"""Writes down what became of an entry: connection, entry, result, now in milliseconds. It may be told again."""


class Delivery:
    """The way from the archive's outbox to the store. Several may be at it: an entry is posted once, by its key.

    Args:
        archive: whose outbox it is.
        moves: the ledger to post to.
        told: by the kind of entry, who writes down what became of it.
        clock: milliseconds since 1970.
    """

    def __init__(self, archive: Archive, moves: Moves, told: Mapping[type[Move], Told], clock: Clock) -> None:
        self._archive = archive
        self._moves = moves
        self._told = told
        self._clock = clock
        self._busy = asyncio.Lock()

    async def deliver(self) -> int:
        """Posts all that waits; how many entries there were.

        Raises:
            Refusal: the ledger refuses all (`uninitialised`, `unavailable`); they go on waiting.
            StoreError: the store cannot be reached; they go on waiting.
            ArchiveError: the archive cannot be used.
        """
        count = 0
        async with self._busy:
            while entries := await self._archive.read(outbox.waiting, BATCH_MAX):
                results = await self._moves.post(entries)
                await self._archive.write(self._write_down, list(zip(entries, results, strict=True)), self._clock())
                count += len(entries)
        return count

    def _write_down(self, connection: Connection, results: list[tuple[Move, Posted | Refusal]], now_ms: int) -> None:
        for entry, result in results:
            # Another one may have been faster, and have written it down.
            if outbox.take_off(connection, entry.key) and (told := self._told.get(type(entry))):
                told(connection, entry, result, now_ms)
