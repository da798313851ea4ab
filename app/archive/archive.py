"""The archive as an event loop uses it: functions on a connection, run in threads, each in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection as Connection
from sqlalchemy.exc import SQLAlchemyError

from app.archive.engine import CONNECTIONS_MAX, WRITES, open_engine
from app.base.errors import ArchiveError

# At the very first start the tables are made while others are already asked for what is in them.
TABLES_WAIT_S, LOOK_AGAIN_S = 10.0, 0.05
# How each engine says that there is no such table.
NO_TABLE, NO_TABLE_STATE = "no such table", "42P01"

P = ParamSpec("P")
T = TypeVar("T")


class Archive:
    """One database. `read` and `write` give a function a connection: `await archive.read(find, key)`."""

    def __init__(self, address: str) -> None:
        self.engine = open_engine(address)
        self._threads = ThreadPoolExecutor(CONNECTIONS_MAX, "archive")
        self._has_tables = False

    async def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the query finds; all of it as of one moment.

        Raises:
            ArchiveError: the archive cannot be used now.
        """
        return await self._run(False, TABLES_WAIT_S, query, *args, **kwargs)

    async def read_at_once(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """As `read`, for those who do not wait where the tables are still being made: NoTables then."""
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
        until_s = loop.time() + wait_s
        while True:
            try:
                found = await loop.run_in_executor(self._threads, lambda: self._transact(writes, work, *args, **kwargs))
            except NoTables:
                if self._has_tables or loop.time() >= until_s:
                    raise
                await asyncio.sleep(LOOK_AGAIN_S)
            else:
                self._has_tables = True
                return found

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
            raise (NoTables if _lacks_tables(error) else ArchiveError)(_reason(error)) from error

    def close(self) -> None:
        """Closes its connections, once what is under way has ended."""
        self._threads.shutdown()
        self.engine.dispose()


class NoTables(ArchiveError):
    """Its tables are not there, or not all of them: they may just be being made."""


def _lacks_tables(error: Exception) -> bool:
    cause = getattr(error, "orig", None) or error
    return str(cause).startswith(NO_TABLE) or getattr(cause, "sqlstate", None) == NO_TABLE_STATE


def _reason(error: Exception) -> str:
    # Without the statement, its parameters and the rows that it met: they are the books' content.
    cause = getattr(error, "orig", None) or error
    said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    return f"the archive cannot be used: {' '.join(said.split())}"
