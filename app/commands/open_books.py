"""What commands share that read the archive of a data folder."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import AsyncIterator, Sequence

from app.archive.archive import Archive
from app.archive.cursor import partitions_archived
from app.archive.engine import address_of
from app.archive.migrate import is_current, migrate
from app.base.config import Settings
from app.commands.access import epoch_of
from app.rules.partitions import where
from app.store.birth import partitions_in
from app.store.client import Store

# A replay makes many objects and no rings of them: without this the collector takes a third of the time.
GC_THRESHOLD = 100_000


@contextlib.asynccontextmanager
async def open_books(settings: Settings) -> AsyncIterator[Archive]:
    """The archive of those settings, with the tables that this version needs: where there was none, it is empty.

    Until it is closed, the collector of garbage comes seldom.

    Raises:
        ConfigError: a newer version has been there, or there can be no archive as the settings are.
        ArchiveError: it cannot be used now.
    """
    archive, thresholds = Archive(address_of(settings)), gc.get_threshold()
    gc.set_threshold(GC_THRESHOLD, 50, 50)
    try:
        # Whoever only reads waits for nobody who writes.
        if not await archive.read(is_current):
            await archive.write(migrate)
        yield archive
    finally:
        gc.set_threshold(*thresholds)
        archive.close()


@contextlib.asynccontextmanager
async def open_known_books(settings: Settings) -> AsyncIterator[Archive]:
    """The same, where a server has been: a wrong --data makes no folder and shows no empty books.

    Raises:
        StoreError: no server was ever started with that data folder.
        ConfigError, ArchiveError: as `open_books` raises them.
    """
    if not settings.archive_url:
        epoch_of(settings)
    async with open_books(settings) as archive:
        yield archive


def foreign(epochs: Sequence[str], epoch: str) -> list[str]:
    """What is to be said of partitions that are of another ledger than that of the data folder, or of none."""
    return [
        f"{where(k, len(epochs))}the store has ledger {found or 'none'}, this data folder belongs to {epoch}"
        for k, found in enumerate(epochs)
        if found != epoch
    ]


async def partitions_of(store: Store, archive: Archive) -> int:
    """How many partitions there are to look at: as many as the store's ledger has, else that of the books, else one.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be read.
    """
    return await partitions_in(store) or await archive.read(partitions_archived) or 1
