from __future__ import annotations

import gc
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.archive.archive import Archive
from app.archive.cursor import Cursor, begin_cursors, read_cursor, write_cursor
from app.base.config import Settings
from app.base.errors import ArchiveError, StoreError
from app.commands.open_books import foreign, open_books, open_known_books, partitions_of
from app.store.birth import open_ledger
from app.store.client import Store


async def test_where_there_is_no_archive_it_is_empty(tmp_path: Path) -> None:
    """An archive that nobody has made yet has its tables, and nothing in them, as often as it is opened."""
    for _ in range(2):
        async with open_books(Settings(data=tmp_path)) as archive:
            assert Cursor() == await archive.read(read_cursor)


async def test_who_goes_through_books_is_not_held_up_by_the_collector(tmp_path: Path) -> None:
    """While books are open, garbage is collected seldom; then as before, also where they could not be opened."""
    before = gc.get_threshold()
    async with open_books(Settings(data=tmp_path)):
        within = gc.get_threshold()
    after = gc.get_threshold()
    with pytest.raises(ArchiveError):
        async with open_books(Settings(data=tmp_path, archive_url="sqlite:////dev/null/a.db")):
            pass

    assert within[0] > 10 * before[0]
    assert (before, before) == (after, gc.get_threshold())


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


async def test_no_partition_is_left_out(books: Archive, store_url: str) -> None:
    """There are as many partitions to look at as the store's ledger has, or, where it has none, that of the books."""

    def archived(connection: Connection) -> None:
        begin_cursors(connection, 8)
        write_cursor(connection, Cursor("e", 1, "h", "1-0", 1), 0)

    store = Store(f"{store_url}?db=2")
    await store.call("FLUSHDB")
    found = [await partitions_of(store, books)]
    await books.write(archived)
    found.append(await partitions_of(store, books))
    await open_ledger(store, "e", 4)
    found.append(await partitions_of(store, books))
    store.close()

    assert [1, 8, 4] == found


def test_another_ledger_is_named_with_its_partition() -> None:
    """What is of another ledger, or of none, is said; of one partition alone without its number."""
    assert ["the store has ledger none, this data folder belongs to e"] == foreign([""], "e")
    assert ["partition 1: the store has ledger f, this data folder belongs to e"] == foreign(["e", "f"], "e")
    assert [] == foreign(["e", "e"], "e")
