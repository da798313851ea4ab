"""The store as a worker uses it: one connection that comes back by itself, and scripts called by name."""

from __future__ import annotations

import asyncio
from typing import Any

from app.base.errors import StoreError, StoreRefused
from app.store.connection import Connection, connect
from app.store.scripts import script

Arg = str | bytes | int

# Answers that say "not now", given before anything is run.
PASSING = ("LOADING", "BUSY", "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN", "STALE")
# The first word of what it answers, and which of REASONS that is.
REASON_OF = {
    "LOADING": "loading",
    "BUSY": "busy",
    "TRYAGAIN": "busy",
    "MASTERDOWN": "busy",
    "CLUSTERDOWN": "busy",
    "STALE": "busy",
    "OOM": "out_of_memory",
    "READONLY": "read_only",
    "NOREPLICAS": "no_replicas",
    "MISCONF": "disk",
    "NOAUTH": "denied",
    "WRONGPASS": "denied",
    "NOPERM": "denied",
}


class Store:
    """Calls to the store. A broken connection is opened again at the next call, never is a call sent twice."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: Connection | None = None
        self._opening: asyncio.Future[Connection] | None = None

    async def call(self, *args: Arg) -> Any:
        """Runs a command.

        Raises:
            StoreRefused: it answered with an error; nothing was run.
            UnknownOutcome: the connection broke before the answer.
            StoreError: it cannot be reached; nothing was sent.
        """
        return await (await self.open()).call(*args)

    @property
    def connection(self) -> Connection | None:
        """That on which the next call goes out; None where it will be a new one."""
        return self._connection if self._connection is not None and self._connection.open else None

    async def open(self) -> Connection:
        """The connection, opened anew where it is broken.

        Raises:
            StoreError: it cannot be opened.
        """
        return self.connection or await self._open()

    async def run(self, name: str, keys: list[str], *args: Arg) -> Any:
        """Runs the script of that name; it is loaded first where the store does not know it. Raises as `call` does."""
        wanted = script(name)
        try:
            return await self.call("EVALSHA", wanted.sha, len(keys), *keys, *args)
        except StoreRefused as error:
            if not str(error).startswith("NOSCRIPT"):
                raise
        await self.call("SCRIPT", "LOAD", wanted.text)
        return await self.call("EVALSHA", wanted.sha, len(keys), *keys, *args)

    async def publish(self, channel: str, payload: bytes) -> None:
        """Tells all who are subscribed to that channel. Raises as `call` does."""
        await self.call("SPUBLISH", channel, payload)

    async def _open(self) -> Connection:
        # All that wait share one attempt, which none of them can cancel.
        if self._opening is None:
            self._opening = asyncio.ensure_future(connect(self.url))
            self._opening.add_done_callback(self._opened)
        return await asyncio.shield(self._opening)

    def _opened(self, opening: asyncio.Future[Connection]) -> None:
        self._opening = None
        if not opening.cancelled() and opening.exception() is None:
            self._connection = opening.result()

    def close(self) -> None:
        """Closes the connection; calls under way fail as UnknownOutcome."""
        if self._connection is not None:
            self._connection.close()


def is_passing(error: StoreError) -> bool:
    """Whether the store refused only for the moment (loading, busy), with nothing run."""
    return isinstance(error, StoreRefused) and str(error).startswith(PASSING)


def reason_of(error: StoreError) -> str:
    """Which of REASONS it is."""
    return REASON_OF.get(str(error).partition(" ")[0], "refused") if isinstance(error, StoreRefused) else "away"
