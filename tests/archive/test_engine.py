from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from app.archive.archive import Archive
from app.archive.engine import open_engine, sqlite_url
from app.base.errors import ConfigError
from tests.postgres import Postgres


def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """A SQLite archive and its log can be read by nobody else, whatever the folder says."""
    path = tmp_path / "deep" / "archive.db"
    engine = open_engine(sqlite_url(path))
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a)")
        connection.commit()
        files = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    engine.dispose()

    assert {"archive.db": 0o600, "archive.db-wal": 0o600, "archive.db-shm": 0o600} == files


def test_sqlite_keeps_what_it_committed(tmp_path: Path) -> None:
    """A commit is in the write-ahead log and synced before it returns."""
    engine = open_engine(sqlite_url(tmp_path / "archive.db"))
    with engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    engine.dispose()

    assert ["wal", 2] == found


def test_who_makes_the_file_at_the_same_time_is_waited_for(tmp_path: Path) -> None:
    """A file that somebody writes to before it has a log gets its log when that is over."""
    path = tmp_path / "archive.db"
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE t (a)")
        ends = threading.Timer(0.1, other.execute, ["COMMIT"])
        ends.start()
        engine = open_engine(sqlite_url(path))
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
        ends.join()
    engine.dispose()

    assert "wal" == found


def test_nobody_takes_the_log_away_from_under_another_process(tmp_path: Path) -> None:
    """A process with several connections keeps its locks: one that comes and goes beside it leaves the log alone."""
    path = tmp_path / "archive.db"
    engine = open_engine(sqlite_url(path))
    with engine.connect() as first:
        first.exec_driver_sql("CREATE TABLE t (a)")
        first.commit()
        with engine.connect():
            pass
        visit = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM t'); c.close()"
        subprocess.run([sys.executable, "-c", visit, path], check=True)
        first.exec_driver_sql("INSERT INTO t VALUES (1)")
        first.commit()
        with closing(sqlite3.connect(path)) as later:
            found = later.execute("SELECT a FROM t").fetchall()
    engine.dispose()

    assert [(1,)] == found


@pytest.mark.parametrize("wanted", ["off", "remote_apply"])
def test_postgresql_keeps_what_it_committed(postgres: Postgres, wanted: str) -> None:
    """Where the server would answer before a commit is on the disk, it is told not to; what is stricter stays."""
    address = postgres.new_database()
    postgres.run(f"ALTER DATABASE {address.partition('@/')[2].partition('?')[0]} SET synchronous_commit = {wanted}")
    engine = open_engine(address)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
    engine.dispose()

    assert {"off": "on"}.get(wanted, wanted) == found


def test_postgresql_compiles_nothing(postgres: Postgres) -> None:
    """Whatever the server does for others, what is asked of the archive is not compiled first."""
    address = postgres.new_database()
    postgres.run(f"ALTER DATABASE {address.partition('@/')[2].partition('?')[0]} SET jit = on")
    engine = open_engine(address)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SHOW jit").scalar()
    engine.dispose()

    assert "off" == found


def test_postgresql_plans_by_what_tables_have_now(postgres: Postgres) -> None:
    """However often a statement comes, its plan is made for it anew: tables were small when the first one was made."""
    engine = open_engine(postgres.new_database())
    with engine.connect() as connection:
        for i in range(20):
            connection.exec_driver_sql("SELECT n FROM entries WHERE n = %s", (i,))
        plans = connection.exec_driver_sql(
            "SELECT sum(custom_plans) > 0, sum(generic_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%%FROM entries WHERE%%'"
        ).one()
    engine.dispose()

    assert (True, 0) == tuple(plans)


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://a/b", "sqlite://", "postgresql+asyncpg://a/b"])
def test_other_addresses_are_refused(address: str) -> None:
    """An address of anything else says which setting is wrong."""
    with pytest.raises(ConfigError, match="FANFARE_ARCHIVE_URL"):
        open_engine(address)


def test_an_address_is_not_repeated_with_its_password() -> None:
    """What is said of a wrong address does not have the password in it."""
    with pytest.raises(ConfigError) as raised:
        open_engine("mysql://someone:hunter2@host/name")

    assert "hunter2" not in str(raised.value)


async def test_a_short_address_means_postgresql(postgres: Postgres) -> None:
    """postgres:// is taken as postgresql://, as others do."""
    archive = Archive(postgres.new_database().replace("postgresql", "postgres"))

    assert 1 == await archive.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    archive.close()
