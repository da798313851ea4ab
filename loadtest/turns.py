"""Several actors on one store, one call at a time: a seed says whose turn it is, and what goes wrong with the call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from random import Random
from typing import Any

from app.base.errors import UnknownOutcome
from app.store.client import Arg, Store
from app.store.connection import Connection

# Loop turns that all actors need at most until each of them waits for its next call, or is done.
SETTLING = 12
# Of a hundred calls.
NOT_SENT, NOT_ANSWERED, DEATHS = 4, 6, 6


class Died(BaseException):
    """The actor is gone, with all it knew."""


class Turns:
    """Gives the turns. With `quiet`, nothing goes wrong any more.

    Args:
        dice: decides everything.
        after: done after each call that may write, with its keys.
    """

    def __init__(self, dice: Random, after: Callable[[list[str]], Awaitable[None]]) -> None:
        self._dice = dice
        self._after = after
        self._waiting: list[tuple[Callable[[], Awaitable[Any]], asyncio.Future[Any], list[str]]] = []
        self.connections: dict[str, Any] = {}
        self.quiet = False
        self.calls = 0

    async def call(self, work: Callable[[], Awaitable[Any]], writes: list[str]) -> Any:
        """Waits for its turn, and what comes of it: the answer or, where it writes keys, UnknownOutcome, or the end."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future, writes))
        return await future

    def cut_off(self, key: str) -> None:
        """Breaks the connections on which that is written; calls under way, none of which was run, go with them."""
        self.connections.pop(key, None)
        cut = [one for one in self._waiting if one[2][:1] == [key]]
        self._waiting = [one for one in self._waiting if one not in cut]
        for _, future, _ in cut:
            future.set_exception(UnknownOutcome("the connection broke"))

    async def run(self, *actors: Coroutine[Any, Any, None]) -> None:
        """Until all are done or dead."""
        tasks = [asyncio.ensure_future(_until_dead(actor)) for actor in actors]
        try:
            await self._give()
            assert all(task.done() for task in tasks), "an actor waits for something else than its turn"
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _give(self) -> None:
        while True:
            for _ in range(SETTLING):
                await asyncio.sleep(0)
            if not self._waiting:
                return
            work, future, writes = self._waiting.pop(self._dice.randrange(len(self._waiting)))
            await self._take(work, future, bool(writes) and not self.quiet)
            if writes:
                await self._after(writes)

    async def _take(self, work: Callable[[], Awaitable[Any]], future: asyncio.Future[Any], fails: bool) -> None:
        self.calls += 1
        lot = self._dice.randrange(100) if fails else 100
        if lot < NOT_SENT:
            future.set_exception(UnknownOutcome("the call was lost"))
            return
        try:
            answer = await work()
        except Exception as error:
            future.set_exception(error)
            return
        if lot < NOT_SENT + NOT_ANSWERED:
            future.set_exception(UnknownOutcome("the answer was lost"))
        elif lot < NOT_SENT + NOT_ANSWERED + DEATHS:
            future.set_exception(Died())
        else:
            future.set_result(answer)


class StoreInTurns(Store):
    """A store each of whose calls waits for its turn; only scripts that write go wrong."""

    def __init__(self, store: Store, turns: Turns) -> None:
        super().__init__(store.url)
        self._store = store
        self._turns = turns

    def connection_of(self, key: str) -> Connection | None:
        """Something that stands for the connection, and is another one once that broke."""
        found: Connection | None = self._turns.connections.get(key)
        return found

    async def open(self, key: str) -> Connection:
        """The same."""
        opened: Connection = self._turns.connections.setdefault(key, object())
        return opened

    async def call(self, *args: Arg) -> Any:
        """As Store.call."""
        return await self._turns.call(lambda: self._store.call(*args), [])

    async def run(self, name: str, keys: list[str], *args: Arg) -> Any:
        """As Store.run."""
        writes = keys if name.endswith("_gifts") or name == "post_moves" else []
        return await self._turns.call(lambda: self._store.run(name, keys, *args), writes)


async def _until_dead(actor: Coroutine[Any, Any, None]) -> None:
    with suppress(Died):
        await actor
