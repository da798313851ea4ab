"""Makes diamonds available whose hold is over. Attempts that begin where the last settlement ended are one intent."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.maturing import due, next_due_ms
from app.base.errors import Refusal
from app.base.log import Throttle
from app.rules.entries import Settlement
from app.store.moves import BATCH_MAX, Moves, Posted

LOOK_EVERY_S = 1.0
LOOK_AGAIN_S = 0.25

log = logging.getLogger(__name__)

LedgerMs = Callable[[], Awaitable[int]]
"""Tells the ledger's time, by which diamonds were earned; a machine's may be another. May raise as `step` does."""


class Settler:
    """The settler of one partition; two at once do no harm."""

    def __init__(self, moves: Moves, archive: Archive, ledger_ms: LedgerMs, partition: int = 0) -> None:
        self._moves = moves
        self._archive = archive
        self._ledger_ms = ledger_ms
        self._partition = partition
        self._log = Throttle(log)
        self._posted_n = 0

    async def step(self) -> float:
        """Settles what is due, of some hundred streamers at most; in how many seconds to look again.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: the store cannot be used now; what was settled is known when it is archived.
            Refusal: `uninitialised` or `unavailable`.
        """
        if (await self._archive.read(read_cursor, self._partition)).n < self._posted_n:
            # What was settled last still looks as if it were due.
            return LOOK_AGAIN_S
        now_ms = await self._ledger_ms()
        found = await self._archive.read(due, now_ms, BATCH_MAX, self._partition)
        if not found:
            next_ms = await self._archive.read(next_due_ms, None, now_ms)
            wait_s = LOOK_EVERY_S if next_ms is None else (next_ms - now_ms) / 1000
            return min(max(wait_s, LOOK_AGAIN_S), LOOK_EVERY_S)
        settlements = [
            Settlement(
                id=f"{one.streamer}:{one.since_ms}",
                user=one.streamer,
                milli=one.milli,
                since_ms=one.since_ms,
                until_ms=now_ms,
            )
            for one in found
        ]
        for settlement, result in zip(settlements, await self._moves.post(settlements), strict=True):
            if isinstance(result, Posted):
                self._posted_n = max(self._posted_n, result.n)
            else:
                self._refused(settlement, result)
        return LOOK_AGAIN_S

    def _refused(self, settlement: Settlement, refusal: Refusal) -> None:
        # Somebody else has just settled it, up to another moment: it is seen here when it is archived.
        if refusal.slug != "id_reused":
            self._log.say(
                logging.ERROR, settlement.user, "%s's diamonds cannot be settled: %s", settlement.user, refusal
            )
