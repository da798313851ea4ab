from __future__ import annotations

from sqlalchemy import Connection

from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursor, write_cursor


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
