"""The archive as an event loop uses it: functions on a connection, run in threads, each in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection as Connection
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.archive.engine import CONNECTIONS_MAX, WRITES, open_engine
from app.base.errors import ArchiveError

# At the very first start, and after an upgrade, tables are made and changed while others are already asked for what is
# in them.
TABLES_WAIT_S, LOOK_AGAIN_S = 10.0, 0.05
# How each engine says that there is no such table, or no such column.
NO_TABLE, NO_COLUMN = ("no such table", "42P01"), ("no such column", "has no column named", "42703")
# The last of the steps that bring the tables to what this version needs; migrate.py takes them.
NEWEST = max(step.name[:4] for step in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))

P = ParamSpec("P")
T = TypeVar("T")


class Archive:
    """One database. `read` and `write` give a function a connection: `await archive.read(find, key)`."""

    def __init__(self, address: str) -> None:
        self.engine = open_engine(address)
        self._threads = ThreadPoolExecutor(CONNECTIONS_MAX, "archive")

    async def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the query finds; all of it as of one moment.

        Raises:
            ArchiveError: the archive cannot be used now.
        """
        return await self._run(False, TABLES_WAIT_S, query, *args, **kwargs)

    async def read_at_once(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `read`, for those who do not wait where the tables are still being made or changed: OldTables then."""
        return await self._run(False, 0.0, query, *args, **kwargs)

    async def write(self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the change returns, once it is on the disk; where it raises, nothing has changed.

        Raises:
            ArchiveError: the archive cannot be used now. Whether it changed is not known: do it again, and it must do
                no harm.
        """
        return await self._run(True, TABLES_WAIT_S, change, *args, **kwargs)

    def write_now(self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `write`, for those who have no event loop to hold up."""
        return self._transact(True, change, *args, **kwargs)

    async def _run(
        self,
        writes: bool,
        wait_s: float,
        work: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        loop = asyncio.get_running_loop()
        until_s, may_come = loop.time() + wait_s, wait_s > 0
        while True:
            try:
                return await loop.run_in_executor(self._threads, lambda: self._transact(writes, work, *args, **kwargs))
            except OldTables:
                if not may_come:
                    raise
                # Once more where they are those of this version by now: they may have come since it was asked.
                is_older = await loop.run_in_executor(self._threads, self._is_older)
                may_come = is_older and loop.time() < until_s
                await asyncio.sleep(LOOK_AGAIN_S)

    def _is_older(self) -> bool:
        """Whether the tables are those of an older version, or not there yet: the bookkeeper changes that."""
        try:
            return self._transact(False, _step_taken) < NEWEST
        except OldTables:
            return True

    def _transact(
        self, writes: bool, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        # A reader sees one moment; a writer what is there now, as it takes its locks.
        options = {WRITES: writes, "isolation_level": "READ COMMITTED" if writes else "REPEATABLE READ"}
        if self.engine.dialect.name == "sqlite":
            del options["isolation_level"]
        # The driver's own: rows that are written in bulk do not come through SQLAlchemy.
        failures = (SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error, OSError)
        try:
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                return work(connection, *args, **kwargs)
        except failures as error:
            raise _kind(error)(_reason(error)) from error

    def close(self) -> None:
        """Closes its connections, once what is under way has ended."""
        self._threads.shutdown()
        self.engine.dispose()


class OldTables(ArchiveError):
    """A column is not there, or not even its table: it may just be being made."""


class NoTables(OldTables):
    """A table is not there, nor are others, perhaps: nothing was ever kept in it."""


def _kind(error: Exception) -> type[ArchiveError]:
    cause = getattr(error, "orig", None) or error
    # PostgreSQL's texts have values in them, and its states none.
    said = getattr(cause, "sqlstate", None) or str(cause)
    if any(words in said for words in NO_TABLE):
        return NoTables
    return OldTables if any(words in said for words in NO_COLUMN) else ArchiveError


def _step_taken(connection: Connection) -> str:
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def _reason(error: Exception) -> str:
    # Without the statement, its parameters and the rows that it met: they are the books' content.
    cause = getattr(error, "orig", None) or error
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    return f"the archive cannot be used: {' '.join(said.split())}"
