"""Stands between a client and the store and breaks the connection at a chosen moment of a chosen call."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from app.store.address import read_address


class Fault(Enum):
    """What happens to a call."""

    DROP_REQUEST = auto()
    """The connection breaks before the store has heard of it."""
    DROP_REPLY = auto()
    """The store has answered; the connection breaks before the client hears it."""
    ANSWER = auto()
    """The client gets other bytes, and the store hears nothing."""
    HOLD = auto()
    """The store hears nothing and nobody answers, until the client gives up."""


class Plan(NamedTuple):
    """A fault for the next call whose bytes have `word` in them."""

    fault: Fault
    word: bytes
    answer: bytes = b""


class FaultProxy:
    """A unix socket like the store's. `heard` has the words of interest that were passed on, in order."""

    def __init__(self, url: str, path: Path) -> None:
        self._upstream = read_address(url).places[0][0]
        self._path = path
        self._plans: deque[Plan] = deque()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard: list[bytes] = []
        self.happened = 0
        self.connections = 0

    @property
    def url(self) -> str:
        """Where clients connect to."""
        return f"unix://{quote(str(self._path))}"

    def plan(self, fault: Fault, word: bytes = b"EVALSHA", answer: bytes = b"") -> None:
        """What happens to the next call with that word, after what was planned before."""
        self._plans.append(Plan(fault, word, answer))

    @property
    def open(self) -> bool:
        """Whether a client is connected."""
        return bool(self._writers)

    def count(self, word: bytes) -> int:
        """How many calls with that word the store has heard."""
        return sum(chunk.count(b"\r\n" + word + b"\r\n") for chunk in self.heard)

    def forget(self) -> None:
        """Nothing is planned any more."""
        self._plans.clear()

    def break_all(self) -> None:
        """Breaks every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """asyncio's callback: a client came."""
        self.connections += 1
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_unix_connection(self._upstream)
        ours = {writer, up_writer}
        self._writers |= ours
        swallow = [False]

        def end() -> None:
            for one in ours:
                one.transport.abort()

        async def requests() -> None:
            while data := await reader.read(1 << 20):
                plan = self._plans[0] if self._plans and self._plans[0].word in data else None
                if plan is not None:
                    self._plans.popleft()
                    self.happened += 1
                    if plan.fault is Fault.DROP_REQUEST:
                        return
                    if plan.fault is Fault.ANSWER:
                        writer.write(plan.answer)
                        continue
                    if plan.fault is Fault.HOLD:
                        continue
                    swallow[0] = True
                self.heard.append(data)
                up_writer.write(data)

        async def replies() -> None:
            while data := await up_reader.read(1 << 20):
                if swallow[0]:
                    return
                writer.write(data)

        try:
            await _first_done(requests(), replies())
        finally:
            end()
            self._writers -= ours

    async def close(self) -> None:
        """Breaks every connection and waits until nothing is left of them."""
        self.break_all()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _first_done(*ways: object) -> None:
    tasks = [asyncio.ensure_future(way) for way in ways]  # type: ignore[call-overload]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        # A broken pipe is what this is for.
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def fault_proxy(url: str, path: Path) -> AsyncIterator[FaultProxy]:
    """A proxy to the store at `url` that listens at `path`."""
    proxy = FaultProxy(url, path)
    server = await asyncio.start_unix_server(proxy.take, path)
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()


async def eventually(condition: Callable[[], object], within_s: float = 15.0, pause_s: float = 0.005) -> None:
    """Returns when the condition is true; fails when it is not in time. The event loop goes on meanwhile."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + within_s
    while not condition():
        assert loop.time() < until_s, "the condition did not come true in time"
        await asyncio.sleep(pause_s)
