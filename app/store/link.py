"""The way to one node of a store: a connection that is opened anew where it is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from app.store.connection import Connection

Connect = Callable[[], Awaitable[Connection]]


class Link:
    """A connection that comes back by itself; `connect` opens it."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: Connection | None = None
        self._opening: asyncio.Future[Connection] | None = None

    @property
    def connection(self) -> Connection | None:
        """That on which the next call goes out; None where it will be a new one."""
        return self._connection if self._connection is not None and self._connection.open else None

    async def open(self) -> Connection:
        """The connection, opened anew where it is broken.

        Raises:
            StoreError: it cannot be opened.
        """
        if (connection := self.connection) is not None:
            return connection
        # All that wait share one attempt, which none of them can cancel.
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._connect())
            self._opening.add_done_callback(self._opened)
        return await asyncio.shield(self._opening)

    def _opened(self, opening: asyncio.Future[Connection]) -> None:
        self._opening = None
        if not opening.cancelled() and opening.exception() is None:
            self._connection = opening.result()

    def close(self) -> None:
        """Closes the connection, also one that is being opened; calls under way fail as UnknownOutcome."""
        if self._opening is not None:
            # Whoever waits for it is told by the connection itself.
            self._opening.add_done_callback(_close_opened)
        if self._connection is not None:
            self._connection.close()


def _close_opened(opening: asyncio.Future[Connection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


class Node:
    """A node that can be asked. What waits for replicas has a connection of its own: nobody else waits behind it."""

    def __init__(self, connect: Connect, *, waits: bool) -> None:
        self.reads = Link(connect)
        self.writes = Link(connect) if waits else self.reads

    def close(self) -> None:
        """Closes its connections; calls under way fail as UnknownOutcome."""
        self.reads.close()
        self.writes.close()
