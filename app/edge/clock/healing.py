"""Gives a partition back what it has lost and the archive has: by itself where it may go on, else an operator does."""

from __future__ import annotations

import logging

from app.actions.books.heal import hold_back
from app.actions.books.rebuild_ledger import Rebuild
from app.actions.books.rebuild_whole import known_of
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.base.config import Settings
from app.store.standing import Standing

LOOK_EVERY_S = 1.0

log = logging.getLogger(__name__)


class Healing:
    """Watches that a partition of a ledger has what is archived, whatever the others do; two at once do no harm."""

    def __init__(self, settings: Settings, standing: Standing, archive: Archive) -> None:
        self._settings = settings
        self._standing = standing
        self._archive = archive

    async def step(self) -> float:
        """Looks, and heals; in how many seconds to look again.

        Raises:
            ArchiveError: the archive cannot be used now, or the store cannot be healed from it (BooksBroken).
            StoreError: the store cannot be used now.
            Refusal: `uninitialised`.
        """
        settings, standing = self._settings, self._standing
        cursor = await self._archive.read(read_cursor, standing.partition)
        look = await hold_back(standing, cursor)
        if look.lost_term and cursor.n > look.mark.n and not settings.refuses_after_loss:
            rebuild = Rebuild(
                standing.store,
                self._archive,
                epoch=standing.epoch,
                known=known_of(settings.data, standing.epoch, standing.partition),
                window_ms=settings.id_window_s * 1000,
                progress=lambda what, done, of: None,
                by="FANFARE_LOST_TAIL=continue",
                part=(standing.partition, settings.partitions),
            )
            rebuilt = await rebuild.run(replace=True)
            lost = f"; {rebuilt.missing} entries behind it are lost" if rebuilt.missing else ""
            first = look.mark.n + 1
            where = f" in partition {standing.partition}" if settings.partitions > 1 else ""
            told = "the store had lost n %d to %d%s: it has them again from the archive%s"
            log.error(told, first, rebuilt.n, where, lost)
        return LOOK_EVERY_S
