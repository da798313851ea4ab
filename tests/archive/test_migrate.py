from __future__ import annotations

import asyncio
import pkgutil
from importlib import import_module

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text

from app import archive as package
from app.archive.archive import Archive
from app.archive.migrate import config, is_current, migrate
from app.archive.schema import BOARDS, EARNED_GIFTERS, METADATA, OTHER_LINES
from app.base.errors import ArchiveError, ConfigError

# Each file of the archive may have tables of its own.
for module in pkgutil.iter_modules(package.__path__):
    import_module(f"{package.__name__}.{module.name}")


def differences(connection: Connection) -> list[object]:
    """Between the tables that are there and those that the code speaks of."""
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA))


def upgrade(connection: Connection, to: str) -> None:
    """Takes the steps up to that one."""
    steps = config()
    steps.attributes["connection"] = connection
    command.upgrade(steps, to)


def empty(connection: Connection) -> None:
    """Drops the tables that PostgreSQL's template has already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def test_the_steps_are_one_line() -> None:
    """Each step follows one other: there is one end."""
    assert 1 == len(ScriptDirectory.from_config(config()).get_heads())


async def test_the_steps_make_what_the_code_speaks_of(address: str) -> None:
    """After all steps, the tables are those of the schema, on each engine; doing it again does nothing."""
    archive = Archive(address)
    await archive.write(migrate)
    await archive.write(migrate)

    assert (True, []) == (await archive.read(is_current), await archive.read(differences))
    archive.close()


async def test_many_at_once_take_each_step_once(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bookkeepers that start together do no harm to each other."""
    # On a loaded machine the last of them waits longer.
    monkeypatch.setattr("app.archive.engine.LOCK_WAIT_S", 60)
    archives = [Archive(address) for _ in range(3)]
    archives[0].write_now(empty)
    await asyncio.gather(*(archive.write(migrate) for archive in archives))

    assert await archives[0].read(is_current)
    for archive in archives:
        archive.close()


async def test_a_step_that_breaks_off_leaves_nothing(address: str) -> None:
    """A failure between two steps, or in one, leaves the tables as they were before the first."""

    def broken(connection: Connection) -> None:
        migrate(connection)
        raise LookupError

    archive = Archive(address)
    await archive.write(empty)
    with pytest.raises(LookupError):
        await archive.write(broken)

    assert not await archive.read(is_current)
    with pytest.raises(ArchiveError):
        await archive.read(lambda connection: connection.execute(text("SELECT 1 FROM entries")))
    archive.close()


async def test_a_newer_archive_is_left_alone(archive: Archive) -> None:
    """Tables of a version that is not known here are not touched."""
    await archive.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    with pytest.raises(ConfigError, match="a newer Fanfare"):
        await archive.write(migrate)


async def test_boards_are_taken_over(address: str) -> None:
    """Of an archive whose boards were of streamers too nothing is lost: theirs go back to the first gift."""
    archive = Archive(address)
    await archive.write(empty)

    def older(connection: Connection) -> None:
        upgrade(connection, "0009")
        for row in ("'room:r', 5, 1, 2, 30", "'room:r', -1, 1, 2, 30", "'streamer:s', 5, 1, 2, 30"):
            connection.execute(text(f"INSERT INTO boards (board, day, gifter, gifts, coins) VALUES ({row})"))
        for row in ("9, 5, 1, 2, 30, 400", "9, 6, 1, 1, 10, 100", "9, 6, 2, 1, 10, 100"):
            columns = "streamer, day, gifter, gifts, coins, milli"
            connection.execute(text(f"INSERT INTO earned_gifters ({columns}) VALUES ({row})"))

    await archive.write(older)
    await archive.write(migrate)

    def rows(connection: Connection) -> list[tuple[object, ...]]:
        found = [select(*BOARDS.c).order_by(BOARDS.c.day), select(*EARNED_GIFTERS.c).where(EARNED_GIFTERS.c.day == -1)]
        return [tuple(row) for query in found for row in connection.execute(query.order_by("gifter"))]

    assert [("r", -1, 1, 2, 30), ("r", 5, 1, 2, 30)] == (await archive.read(rows))[:2]
    assert [(9, -1, 1, 3, 40, 500), (9, -1, 2, 1, 10, 100)] == (await archive.read(rows))[2:]
    assert [] == await archive.read(differences)
    archive.close()


async def test_other_lines_are_taken_over(address: str) -> None:
    """Of an archive that did not mark them, all lines that are no gifts are found, those of each partition."""
    archive = Archive(address)
    await archive.write(empty)

    def older(connection: Connection) -> None:
        upgrade(connection, "0022")
        for partition, n, kind in ((0, 1, "grant"), (0, 2, "gift"), (1, 1, "gift"), (1, 2, "refund")):
            row = {"p": partition, "n": n, "kind": kind, "key": f"{partition}{n}".encode().ljust(16)}
            connection.execute(text("INSERT INTO entries VALUES (:p, :n, 1, :kind, :key, NULL, '[]')"), row)
            connection.execute(
                text("INSERT INTO postings VALUES (:account, :n, 1, 1)"), {"account": 7 + partition, "n": n}
            )
        for account, partition in ((7, 0), (8, 1)):
            row = {"id": account, "p": partition}
            connection.execute(text("INSERT INTO accounts VALUES (:id, :p, 'viewer:ann:coins', 'coins')"), row)

    await archive.write(older)
    await archive.write(migrate)
    found = await archive.read(lambda connection: connection.execute(select(OTHER_LINES)).all())
    archive.close()

    assert [(7, 1), (8, 2)] == sorted(map(tuple, found))
