"""Dies at a chosen step: before or after any call to the store and any commit of the archive, as a process may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from app.archive.archive import Archive
from app.store.client import Store


class Died(BaseException):
    """The process is gone. Nothing may catch it."""


class Crash:
    """Counts the steps, and dies at the one that it is told: an even number is before a step, an odd one after it."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.passed = 0

    def point(self) -> None:
        """Half a step was passed."""
        if self.passed == self.at:
            raise Died
        self.passed += 1


class CrashingStore(Store):
    """A store whose client dies at a call."""

    def __init__(self, url: str, crash: Crash) -> None:
        super().__init__(url)
        self._crash = crash

    async def call(self, *args: Any) -> Any:
        """A call, with a moment to die in on both sides."""
        self._crash.point()
        result = await super().call(*args)
        self._crash.point()
        return result

    async def run(self, name: str, keys: list[str], *args: Any) -> Any:
        """A script, likewise."""
        self._crash.point()
        result = await super().run(name, keys, *args)
        self._crash.point()
        return result


def crashing_archive(address: str, crash: Crash) -> Archive:
    """An archive whose client dies at a commit."""
    archive = Archive(address)
    commit = archive.engine.dialect.do_commit

    def do_commit(connection: Any) -> None:
        crash.point()
        commit(connection)
        crash.point()

    archive.engine.dialect.do_commit = do_commit  # type: ignore[assignment, method-assign]
    return archive


async def die_everywhere(work: Callable[[Crash], Awaitable[None]], check: Callable[[int], Awaitable[None]]) -> int:
    """Does the work again and again, each time dying half a step later, until it ends alive; how often it died.

    Args:
        work: does it, from wherever the last one has died.
        check: told the number of the death, looks at what it has left.
    """
    for at in range(10_000):
        try:
            await work(Crash(at))
        except Died:
            await check(at)
        else:
            return at
    raise AssertionError("it never ends")
