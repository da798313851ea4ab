"""The client processes of a run: started with their plans, told when to begin, listened to until they are done."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import msgspec

from app.base.children import spawn
from app.base.errors import FanfareError
from loadtest.machine import environment, python
from loadtest.plan import Done, Go, Plan, Progress, Ready, Said, Stop, Tally, Told

READY_WAIT_S = 60.0
LINE_MAX = 1 << 30
STOP_WAIT_S = 5.0

Kind = TypeVar("Kind")
OnProgress = Callable[[int, Progress], None]


class Fleet:
    """All client processes of one run."""

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self._processes: list[subprocess.Popen[bytes]] = []
        self._readers: list[asyncio.StreamReader] = []
        self._pipes: list[asyncio.BaseTransport] = []

    async def start(self, plans: Sequence[Plan]) -> tuple[int, int]:
        """Starts a process for each plan; how many viewers are connected and how many could not be.

        Raises:
            FanfareError: a process died.
        """
        loop = asyncio.get_running_loop()
        for plan in plans:
            process = spawn(python("loadtest.client"), env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._processes.append(process)
            reader = asyncio.StreamReader(limit=LINE_MAX)
            pipe, _ = await loop.connect_read_pipe(partial(asyncio.StreamReaderProtocol, reader), process.stdout)
            self._readers.append(reader)
            self._pipes.append(pipe)
            await asyncio.to_thread(self._write, process, msgspec.json.encode(plan) + b"\n")
        async with asyncio.timeout(READY_WAIT_S):
            ready = await asyncio.gather(*(self._hear(i, Ready) for i in range(len(plans))))
        return sum(r.connected for r in ready), sum(r.failed for r in ready)

    def tell(self, message: Told) -> None:
        """Says something to all."""
        for process in self._processes:
            self._write(process, msgspec.json.encode(message) + b"\n")

    def begin(self, at_s: float) -> None:
        """Lets them begin at that moment of the monotonic clock."""
        self.tell(Go(at_s))

    def stop_sending(self) -> None:
        """No more gifts; what is under way is waited for."""
        self.tell(Stop())

    async def finish(self) -> list[Tally]:
        """What they measured, once they are done."""
        return [done.tally for done in await asyncio.gather(*(self._hear(i, Done) for i in range(len(self._readers))))]

    async def end(self) -> None:
        """Ends what still runs."""
        for process in self._processes:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for pipe in self._pipes:
            pipe.close()
        # A transport is gone only with the loop's next turn.
        await asyncio.sleep(0)

    def _write(self, process: subprocess.Popen[bytes], line: bytes) -> None:
        assert process.stdin is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except BrokenPipeError:
            raise FanfareError("a client process died") from None

    async def _hear(self, number: int, kind: type[Kind]) -> Kind:
        """The next message of that kind; what was said before it is passed on."""
        while line := await self._readers[number].readline():
            message = msgspec.json.decode(line, type=Said)
            if isinstance(message, kind):
                return message
            if isinstance(message, Progress):
                self._on_progress(number, message)
        raise FanfareError("a client process died; what it said is above")
