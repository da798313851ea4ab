"""Gives a partition back what it has lost and the archive has: by itself where it may go on, else an operator does."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence

from app.actions.books.heal import hold_back, keep_losses
from app.actions.books.rebuild_ledger import Rebuild
from app.actions.books.rebuild_whole import known_of
from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursors
from app.base.config import Settings
from app.rules.partitions import where
from app.store.rebuilding import TakenOver
from app.store.standing import Standing

LOOK_EVERY_S = 1.0
# How long a partition is left to whoever has taken over its rebuild: by chance, and twice as long each time, so that of
# two one has the time that it needs, however long that is.
LEFT_S_MIN, LEFT_S_MAX, DOUBLINGS_MAX = 5.0, 65.0, 6

log = logging.getLogger(__name__)


class Healing:
    """Watches that each partition of a ledger has what is archived, whatever the others do; two at once do no harm.

    A rebuild that begins ends the one that was under way: whose was ended leaves the partition to others for a while.
    """

    def __init__(self, settings: Settings, standings: Sequence[Standing], archive: Archive) -> None:
        self._settings = settings
        self._standings = standings
        self._archive = archive
        # Up to which term the archive knows what each partition has lost.
        self._kept: dict[int, int] = {}
        # Until when each partition is left to another process, by the loop's clock, and how often that was so in a row.
        self._left: dict[int, tuple[float, int]] = {}
        # One after the other: each reads much of the archive.
        self._one_at_once = asyncio.Lock()

    async def step(self) -> float:
        """Looks, and heals; in how many seconds to look again.

        Raises:
            ArchiveError: the archive cannot be used now, or a partition cannot be healed from it (BooksBroken).
            StoreError: a partition cannot be used now.
            Refusal: `uninitialised`.
        """
        cursors = await self._archive.read(read_cursors, len(self._standings))
        # Each is heard to its end: one that is away keeps no other from being healed.
        done = await asyncio.gather(*map(self._heal, self._standings, cursors), return_exceptions=True)
        for failed in done:
            if failed is not None:
                raise failed
        return LOOK_EVERY_S

    async def _heal(self, standing: Standing, cursor: Cursor) -> None:
        settings, k = self._settings, standing.partition
        look = await hold_back(standing, cursor)
        if not look.lost_term and self._kept.get(k) != look.mark.term:
            await keep_losses(standing, self._archive)
            self._kept[k] = look.mark.term
        if not look.lost_term or cursor.n <= look.mark.n or settings.refuses_after_loss:
            self._left.pop(k, None)
            return
        left_until_s, times = self._left.get(k, (0.0, 0))
        if asyncio.get_running_loop().time() < left_until_s:
            return
        rebuild = Rebuild(
            standing.store,
            self._archive,
            epoch=standing.epoch,
            known=known_of(settings.data, standing.epoch, k),
            window_ms=settings.id_window_s * 1000,
            progress=lambda what, done, of: None,
            by="FANFARE_LOST_TAIL=continue",
            part=(k, len(self._standings)),
        )
        async with self._one_at_once:
            try:
                rebuilt = await rebuild.run(replace=True)
            except TakenOver:
                left_s = random.uniform(LEFT_S_MIN, LEFT_S_MAX) * 2 ** min(times, DOUBLINGS_MAX)
                self._left[k] = asyncio.get_running_loop().time() + left_s, times + 1
                raise
        lost = f"; {rebuilt.missing} entries behind it are lost" if rebuilt.missing else ""
        told = "%sthe store had lost n %d to %d: it has them again from the archive%s"
        log.error(told, where(k, len(self._standings)), look.mark.n + 1, rebuilt.n, lost)
