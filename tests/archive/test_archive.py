from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from app.archive import archive as module
from app.archive.archive import Archive, NoTables
from app.archive.engine import sqlite_url
from app.archive.migrate import config, migrate
from app.base.errors import ArchiveError


def count(connection: Connection) -> int:
    """How many persons are in a table that anybody may write to here."""
    return connection.scalar(text("SELECT count(*) FROM frozen")) or 0


def put(connection: Connection, person: str) -> str:
    """Puts a person into it."""
    connection.execute(text("INSERT INTO frozen VALUES (:person, 0, 1)"), {"person": person})
    return person


def drop_all(connection: Connection) -> None:
    """An archive without any table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        return
    for table in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all():
        connection.execute(text(f"DROP TABLE {table}"))


def count_due(connection: Connection) -> int:
    """How much waits in a table that has had that column only since the 25th step."""
    return connection.scalar(text("SELECT count(outbox.partition) FROM outbox")) or 0


def put_due(connection: Connection) -> None:
    """Writes into that column."""
    connection.execute(text("INSERT INTO outbox (n, partition) SELECT n, 0 FROM outbox"))


def migrate_long_ago(connection: Connection) -> None:
    """What the version before that step made of an empty archive."""
    steps = config()
    steps.attributes["connection"] = connection
    command.upgrade(steps, "0024")


async def test_what_was_written_is_there(archive: Archive) -> None:
    """A change is committed when it returns, and gives what its function gives."""
    assert "ann" == await archive.write(put, "ann")
    assert 1 == await archive.read(count)


async def test_tables_that_are_being_made_are_waited_for(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks before the tables are there gets an answer once they are; later a missing one is an error at once."""
    monkeypatch.setattr(module, "TABLES_WAIT_S", 1000.0)
    asker, maker = Archive(address), Archive(address)
    await maker.write(drop_all)
    asking = asyncio.create_task(asker.read(count))
    await asyncio.sleep(0.1)
    assert not asking.done()
    await maker.write(migrate)

    assert 0 == await asking
    await maker.write(lambda connection: connection.execute(text("DROP TABLE frozen")))
    with pytest.raises(ArchiveError, match="frozen"):
        await asker.read(count)
    asker.close()
    maker.close()


async def test_columns_that_an_upgrade_brings_are_waited_for(address: str) -> None:
    """Also by those who have found older tables before: they read and write once the columns are there."""
    asker, maker = Archive(address), Archive(address)
    await maker.write(drop_all)
    await maker.write(migrate_long_ago)
    assert 0 == await asker.read(count)
    with pytest.raises(ArchiveError) as raised:
        await asker.read_at_once(count_due)
    # Nobody takes it for an archive that has nothing yet.
    assert not isinstance(raised.value, NoTables)
    asking = [asyncio.create_task(asker.read(count_due)), asyncio.create_task(asker.write(put_due))]
    await asyncio.sleep(0.1)
    assert [False, False] == [one.done() for one in asking]
    await maker.write(migrate)

    assert [0, None] == await asyncio.gather(*asking)
    asker.close()
    maker.close()


def test_the_newest_step_is_known() -> None:
    """The one that is told from the files' names is the one that the tables are brought to."""
    assert ScriptDirectory.from_config(config()).get_current_head() == module.NEWEST


async def test_who_does_not_wait_for_tables_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start asks at once, and goes on without an archive that has no tables yet."""
    monkeypatch.setattr(module, "LOOK_AGAIN_S", 1000.0)
    archive = Archive(sqlite_url(tmp_path / "a.db"))
    with pytest.raises(ArchiveError):
        await archive.read_at_once(count)
    await archive.write(migrate)
    assert 0 == await archive.read_at_once(count)
    archive.close()


async def test_tables_that_never_come_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while of waiting, it is said what is missing."""
    monkeypatch.setattr(module, "TABLES_WAIT_S", 0.1)
    asker = Archive(sqlite_url(tmp_path / "nothing.db"))
    with pytest.raises(ArchiveError, match="no such table: frozen"):
        await asker.read(count)
    asker.close()


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
