"""A data folder whose archive has a small journal, for commands that read the archive alone."""

from __future__ import annotations

from pathlib import Path

from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.archive.recorder import Recorder
from app.store.epoch import remember_epoch
from tests.journal import Journal, gift, grant


def archived(data: Path) -> Journal:
    """Three entries, a second apart: a grant of 100 coins, and two gifts of 5 and 2."""
    journal = Journal()
    for entry in (grant("ann", 100), gift("ann", "sam", 5), gift("ann", "sam", 2)):
        journal.write(entry)
    archive = Archive(sqlite_url(data / "archive.db"))
    archive.write_now(migrate)
    archive.write_now(Recorder("e1", lambda _: 0).record, journal.placed)
    archive.close()
    remember_epoch(data, "e1")
    return journal
