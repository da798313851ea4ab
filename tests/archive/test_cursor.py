from __future__ import annotations

import pytest
from sqlalchemy import Connection

from app.archive.archive import Archive
from app.archive.cursor import Cursor, begin_cursors, epoch_archived, partitions_archived, read_cursor, write_cursor
from app.base.errors import ConfigError


async def test_an_empty_archive_is_at_the_beginning(archive: Archive) -> None:
    """Where nothing was archived, the cursor stands before the first entry, and belongs to no ledger."""
    assert Cursor("", 0, "", "", 0) == await archive.read(read_cursor)


def move(connection: Connection, cursor: Cursor, partition: int = 0) -> None:
    """Moves a cursor as the archiver does."""
    read_cursor(connection, partition, lock=True)
    write_cursor(connection, cursor, partition)


async def test_each_partition_has_a_cursor(archive: Archive) -> None:
    """What is written of one partition is read again, and changes no other."""
    await archive.write(move, Cursor("e", 5, "h5", "1-0", 1))
    await archive.write(move, Cursor("e", 9, "h9", "2-0", 2))
    await archive.write(move, Cursor("e", 7, "h7", "3-0", 3), 1)

    assert Cursor("e", 9, "h9", "2-0", 2) == await archive.write(read_cursor, lock=True)
    assert Cursor("e", 7, "h7", "3-0", 3) == await archive.read(read_cursor, 1)


async def test_the_books_know_how_many_partitions_there_are(archive: Archive) -> None:
    """The number is fixed with the first entry that is archived; books from before say it by what they have."""
    await archive.write(begin_cursors, 2)
    known = [await archive.read(partitions_archived)]
    await archive.write(begin_cursors, 4)
    await archive.write(move, Cursor("e", 1, "h", "1-0", 1), 2)
    await archive.write(begin_cursors, 4)
    known.append(await archive.read(partitions_archived))
    assert "e" == await archive.read(epoch_archived)
    for another in (1, 3, 8):
        with pytest.raises(ConfigError, match=f"of 4 partitions, not {another}: that is fixed"):
            await archive.write(begin_cursors, another)

    assert [0, 4] == known
    assert Cursor("e", 1, "h", "1-0", 1) == await archive.read(read_cursor, 2)
