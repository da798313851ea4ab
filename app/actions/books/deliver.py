"""Posts the entries that were decided in SQL to the store, and writes into SQL what became of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from app.archive import outbox
from app.archive.archive import Archive, Connection
from app.base.clock import Clock
from app.base.errors import FanfareError, Refusal, StoreError
from app.base.log import Throttle
from app.rules.moves import Move
from app.store.moves import Moves, Posted

BATCH_MAX = 200

log = logging.getLogger(__name__)
_throttle = Throttle(log)

Told = Callable[[Connection, Any, Posted | Refusal, int], None]
"""Writes down what became of an entry: connection, entry, result, now in milliseconds. It is told again, with another
number, where a store has lost the entry.
"""


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
        """Posts all that waits; how many entries there were. A partition that is away holds up none of the others.

        Raises:
            Refusal: a partition refuses all (`uninitialised`, `unavailable`); its entries go on waiting.
            StoreError: a partition cannot be reached; its entries go on waiting.
            ArchiveError: the archive cannot be used.
        """
        count, away = 0, dict[int, FanfareError]()
        async with self._busy:
            while entries := await self._archive.read(outbox.waiting, BATCH_MAX, list(away)):
                # What stands everywhere needs all partitions.
                homes: dict[tuple[int, bool], list[Move]] = {}
                for entry in entries:
                    homes.setdefault((self._moves.home_of(entry), entry.is_everywhere), []).append(entry)
                for (k, _), some in homes.items():
                    try:
                        await self._deliver(some)
                        count += len(some)
                    except (Refusal, StoreError) as error:
                        away[k] = error
        for why in away.values():
            raise why
        return count

    async def _deliver(self, entries: list[Move]) -> None:
        results = await self._moves.post(entries)
        results = [await self._final(*pair) for pair in zip(entries, results, strict=True)]
        await self._archive.write(self._write_down, list(zip(entries, results, strict=True)), self._clock())

    async def deliver_now(self) -> None:
        """Like `deliver`, but only logs where it cannot be done now: the bookkeeper will post the entries."""
        try:
            await self.deliver()
        except FanfareError as error:
            _throttle.say(logging.WARNING, "deliver", "entries in the archive wait to be posted: %s", error)

    async def _final(self, entry: Move, result: Posted | Refusal) -> Posted | Refusal:
        """The result, once nothing can change it.

        After a refusal another process, which has read the same entry, could still post it and succeed: the balance may
        have changed meanwhile. Posting the void entry under the same key prevents that.
        """
        if isinstance(result, Posted) or (void := entry.void()) is None:
            return result
        (used_up,) = await self._moves.post([void])
        if isinstance(used_up, Posted):
            return result
        (result,) = await self._moves.post([entry])
        return result

    def _write_down(self, connection: Connection, results: list[tuple[Move, Posted | Refusal]], now_ms: int) -> None:
        for entry, result in results:
            n = None if isinstance(result, Refusal) else result.n
            # Another one may have been faster, and have written it down.
            if outbox.take_off(connection, entry.key, n) and (told := self._told.get(type(entry))):
                told(connection, entry, result, now_ms)
