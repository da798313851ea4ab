"""The way to one node of a store: a connection that is opened anew where it is broken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from app.store.connection import Connection

Connect = Callable[[], Awaitable[Connection]]

# Connections to one node for what is written.
WRITING_MAX = 16


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
    """A node that can be asked.

    Each slot that is written to has a connection of its own, while there are few: the store reads from each of them at
    its every turn, and syncs once for all, where of one connection it takes a call or two. So nobody waits behind
    another's wait for replicas either; where writes wait, those that only read have another connection than any.
    """

    def __init__(self, connect: Connect, *, waits: bool) -> None:
        self._connect = connect
        self.reads = Link(connect)
        self._links = [] if waits else [self.reads]
        self._of: dict[int | None, Link] = {}

    def writes(self, slot: int | None) -> Link:
        """The connection for what is written to a slot: always the same, since some must not overtake others."""
        if (link := self._of.get(slot)) is None:
            taken = len(self._of)
            if taken >= len(self._links) and taken < WRITING_MAX:
                self._links.append(Link(self._connect))
            link = self._of[slot] = self._links[taken % len(self._links)]
        return link

    def close(self) -> None:
        """Closes its connections; calls under way fail as UnknownOutcome."""
        for link in (self.reads, *self._links):
            link.close()
