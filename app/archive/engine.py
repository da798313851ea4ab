"""Opens the archive's database: SQLite in a file, or PostgreSQL by its address; both keep what they have committed."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from app.base.config import Settings
from app.base.errors import ConfigError

CONNECT_S = 5
# So long does a writer wait for another one's transaction; the archiver's take a fraction of a second.
LOCK_WAIT_S, LOOK_AGAIN_S = 10, 0.01
CONNECTIONS_MAX = 4
# Negative: KiB. A page that many accounts' postings lie in is written to again and again.
SQLITE_CACHE = -64_000
# Pages in the write-ahead log before they are copied to their places: a page that changes often is copied once.
SQLITE_CHECKPOINT_PAGES = 16_000
# The transaction that an execution option of that name asks for may write; without it, it only reads.
WRITES = "fanfare_writes"
# Nobody connects to a file while another thread is making it.
_making = threading.Lock()


def address_of(settings: Settings) -> str:
    """The address of the archive that the settings name, or of the one in the data folder."""
    return settings.archive_url or sqlite_url(settings.data / "archive.db")


def sqlite_url(path: Path) -> str:
    """The address of an archive in a file."""
    return f"sqlite:///{path.absolute()}"


def open_engine(address: str) -> Engine:
    """The engine for an address; nothing is connected yet, and a SQLite file is made by the first connection.

    Raises:
        ConfigError: it is no address of SQLite or PostgreSQL, or the driver is not installed.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        raise ConfigError("FANFARE_ARCHIVE_URL is no address like postgresql://user:password@host/name") from None
    if url.drivername == "sqlite" and url.database:
        engine = create_engine(url, pool_size=CONNECTIONS_MAX, max_overflow=0, connect_args={"timeout": LOCK_WAIT_S})
        _prepare_sqlite(engine, Path(url.database))
        return engine
    if url.drivername not in ("postgresql", "postgres"):
        raise ConfigError(f"FANFARE_ARCHIVE_URL: {url.drivername} is neither postgresql:// nor sqlite:///FILE")
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=CONNECTIONS_MAX,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_S, "application_name": "fanfare"},
        )
    except ImportError:
        raise ConfigError("FANFARE_ARCHIVE_URL: PostgreSQL needs its driver: pip install 'fanfare[postgres]'") from None
    _prepare_postgres(engine)
    return engine


def _prepare_sqlite(engine: Engine, path: Path) -> None:
    def on_connect(connection: Any, entry: ConnectionPoolEntry) -> None:
        # The module's own way of beginning transactions knows nothing of reading and writing ones.
        connection.isolation_level = None
        _write_ahead(connection)
        for pragma in (
            # The store's journal is trimmed after a commit: what is committed must be on the disk.
            "synchronous = full",
            "foreign_keys = on",
            f"cache_size = {SQLITE_CACHE}",
            f"wal_autocheckpoint = {SQLITE_CHECKPOINT_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def on_begin(connection: Connection) -> None:
        # A reading transaction that came to write would fail, without a wait, where another one has written meanwhile.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

    def before_connect(*_: Any) -> None:
        try:
            make()
        except OSError as error:
            raise sqlite3.OperationalError(f"{path} cannot be made: {error.strerror}") from None

    def make() -> None:
        # Its log and its index get the same permissions.
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Never one that is there: closing it would give up the locks that this process has on it, and whoever closes
        # the archive next in another process would take the log away from under it.
        with _making, suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    event.listen(engine, "do_connect", before_connect)
    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _write_ahead(connection: Any) -> None:
    # A new file becomes one with a log. SQLite does not wait here for who writes to it, whatever its timeout says.
    until_s = monotonic() + LOCK_WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = wal")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until_s:
                raise
            sleep(LOOK_AGAIN_S)
        else:
            return


def _prepare_postgres(engine: Engine) -> None:
    def on_connect(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        # See SQLite's `synchronous`. Whatever is stricter than `on` stays.
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        cursor.execute(f"SET lock_timeout = '{LOCK_WAIT_S}s'")
        # A statement's plan from when a table was small would be kept while it grows, and read all of it again and
        # again.
        cursor.execute("SET plan_cache_mode = force_custom_plan")
        # It compiles a look-up of many accounts, which takes longer than looking them up.
        cursor.execute("SET jit = off")
        cursor.close()
        connection.commit()

    event.listen(engine, "connect", on_connect)
