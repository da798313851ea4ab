from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import Connection, text

from app.archive.archive import Archive
from app.base.errors import ArchiveError


def count(connection: Connection) -> int:
    """How many persons are in a table that anybody may write to here."""
    return connection.scalar(text("SELECT count(*) FROM frozen")) or 0


def put(connection: Connection, person: str) -> str:
    """Puts a person into it."""
    connection.execute(text("INSERT INTO frozen VALUES (:person, 1)"), {"person": person})
    return person


async def test_what_was_written_is_there(archive: Archive) -> None:
    """A change is committed when it returns, and gives what its function gives."""
    assert "ann" == await archive.write(put, "ann")
    assert 1 == await archive.read(count)


async def test_a_change_is_whole_or_not_at_all(archive: Archive) -> None:
    """Whatever a function raises, nothing of what it did stays."""

    def half(connection: Connection) -> None:
        put(connection, "ann")
        raise LookupError("in the middle")

    with pytest.raises(LookupError, match="in the middle"):
        await archive.write(half)

    assert 0 == await archive.read(count)


async def test_a_reader_sees_one_moment(archive: Archive) -> None:
    """What others commit between two of its questions, a reader does not see; and it holds up no writer."""
    asked, written = threading.Event(), threading.Event()

    def twice(connection: Connection) -> list[int]:
        first = count(connection)
        asked.set()
        assert written.wait(10)
        return [first, count(connection)]

    reading = asyncio.create_task(archive.read(twice))
    await asyncio.to_thread(asked.wait)
    await archive.write(put, "ann")
    written.set()

    assert [0, 0] == await reading
    assert 1 == await archive.read(count)


async def test_writers_wait_for_each_other(archive: Archive) -> None:
    """Many that write at once are all written."""
    await asyncio.gather(*(archive.write(put, str(i)) for i in range(20)))

    assert 20 == await archive.read(count)


async def test_a_folder_that_cannot_be_is_an_error() -> None:
    """A file that cannot be made where it should be is an ArchiveError that names it."""
    archive = Archive("sqlite:////dev/null/archive.db")
    with pytest.raises(ArchiveError, match=r"/dev/null/archive\.db cannot be made"):
        await archive.read(count)

    archive.close()


async def test_an_error_says_what_but_not_of_whom(archive: Archive) -> None:
    """A failing statement is an ArchiveError with the engine's reason, without the statement's parameters."""
    await archive.write(put, "ann-with-a-secret")
    with pytest.raises(ArchiveError, match="the archive cannot be used: ") as raised:
        await archive.read(lambda connection: connection.execute(text("SELECT :a FROM nowhere"), {"a": "a secret"}))

    assert "secret" not in str(raised.value)
    assert "nowhere" in str(raised.value)
