from __future__ import annotations

from pathlib import Path

import pytest

from app.archive.cursor import Cursor, read_cursor
from app.base.config import Settings
from app.base.errors import ArchiveError, StoreError
from app.commands.open_books import open_books, open_known_books


async def test_where_there_is_no_archive_it_is_empty(tmp_path: Path) -> None:
    """An archive that nobody has made yet has its tables, and nothing in them, as often as it is opened."""
    for _ in range(2):
        async with open_books(Settings(data=tmp_path)) as archive:
            assert Cursor() == await archive.read(read_cursor)


async def test_a_wrong_folder_shows_no_empty_books(tmp_path: Path) -> None:
    """Where no server has been there are no books; an archive that is named is opened anyway."""
    with pytest.raises(StoreError, match="no ledger was ever opened"):
        async with open_known_books(Settings(data=tmp_path / "typo")):
            pass
    async with open_known_books(Settings(data=tmp_path / "typo", archive_url=f"sqlite:///{tmp_path}/a.db")) as archive:
        assert Cursor() == await archive.read(read_cursor)


async def test_an_archive_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    """An archive in a place where there can be none is one sentence, not a traceback."""
    with pytest.raises(ArchiveError, match="the archive cannot be used"):
        async with open_books(Settings(data=tmp_path, archive_url="sqlite:////dev/null/a.db")):
            pass
