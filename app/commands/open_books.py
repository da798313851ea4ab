"""What commands share that read the archive of a data folder."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from app.archive.archive import Archive
from app.archive.engine import address_of
from app.archive.migrate import is_current, migrate
from app.base.config import Settings


@contextlib.asynccontextmanager
async def open_books(settings: Settings) -> AsyncIterator[Archive]:
    """The archive of those settings, with the tables that this version needs: where there was none, it is empty.

    Raises:
        ConfigError: a newer version has been there, or there can be no archive as the settings are.
        ArchiveError: it cannot be used now.
    """
    archive = Archive(address_of(settings))
    try:
        # Whoever only reads waits for nobody who writes.
        if not await archive.read(is_current):
            await archive.write(migrate)
        yield archive
    finally:
        archive.close()
