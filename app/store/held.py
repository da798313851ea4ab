"""What was published is handed on once replicas have what it tells of: nobody is shown what a failover takes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import NamedTuple

from app.base.errors import StoreError
from app.store.address import Place
from app.store.client import Store
from app.store.connection import Connection
from app.store.keys import EVENTS, log_of, tag_of

PACE_S, RETRY_S = 0.005, 0.05
WAITING_MAX = 10_000


def last_offset(channel: str, payload: bytes) -> int | None:
    """The offset of the last event of a message of events; None for what is in no log. See lib/room_log.lua."""
    head, has_events, _ = payload.partition(b"\n")
    return int(head.rpartition(b" ")[2]) if has_events and channel.startswith(EVENTS) else None


class Message(NamedTuple):
    """What came, and the way to the node that it came from."""

    connection: Connection | None
    channel: str
    payload: bytes


class Held:
    """Holds messages back for as long as replicas are to confirm; on a store without any it holds nothing.

    Each partition's wait for its own replicas alone: while those of one are away, the others' are handed on.

    Args:
        on_message: told of each message that is kept: channel, payload.
        on_missed: told when messages were let go, as another node answers now: what became of them stands in the logs.
        heard_from: tells from which node a channel is heard.
    """

    def __init__(
        self,
        store: Store,
        on_message: Callable[[str, bytes], None],
        on_missed: Callable[[], None],
        heard_from: Callable[[str], Place | None],
    ) -> None:
        self._store = store
        self._heard_from = heard_from
        self._on_message = on_message
        self._on_missed = on_missed
        self._queues: dict[str, Queue] = {}

    def take(self, channel: str, payload: bytes) -> None:
        """A message came."""
        if not self._store.acks:
            self._on_message(channel, payload)
            return
        is_owners = self._heard_from(channel) == self._store.place_of(channel)
        connection = self._store.connection_of(channel) if is_owners else None
        tag = tag_of(channel)
        if (queue := self._queues.get(tag)) is None:
            queue = self._queues[tag] = Queue(self._store, self._on_message, self._on_missed)
        queue.take(Message(connection, channel, payload))

    async def stop(self) -> None:
        """Lets all go."""
        await asyncio.gather(*[queue.stop() for queue in self._queues.values()])


class Queue:
    """What waits of one partition, in its order; the arguments are those of Held."""

    def __init__(self, store: Store, on_message: Callable[[str, bytes], None], on_missed: Callable[[], None]) -> None:
        self._store = store
        self._on_message = on_message
        self._on_missed = on_missed
        self._waiting: list[Message] = []
        self._missed = False
        self._task: asyncio.Task[None] | None = None

    def take(self, message: Message) -> None:
        """One more."""
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.clear()
            self._missed = True
        self._waiting.append(message)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._hand_on())

    async def stop(self) -> None:
        """Lets all go."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _hand_on(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            for message in await self._kept(batch):
                self._on_message(message.channel, message.payload)
            if self._missed:
                await self._find_ways({message.channel for message in batch})
                self._missed = False
                self._on_missed()
            await asyncio.sleep(PACE_S)

    async def _kept(self, batch: list[Message]) -> list[Message]:
        """Those of which the replicas of the node that they came from have what they tell of."""
        while batch := self._current(batch):
            try:
                kept = await self._vouched_for(batch)
            except StoreError:
                await asyncio.sleep(RETRY_S)
            else:
                self._missed = self._missed or len(kept) < len(batch)
                return self._current(kept)
        return []

    async def _vouched_for(self, batch: list[Message]) -> list[Message]:
        """Those that tell of nothing which is in no log, once replicas have the logs. Raises StoreError.

        A primary that hung until its replica took over may still publish what was sent to it: the new one passes that
        on as if it were its own.
        """
        logs = dict[str, tuple[int, int]]()
        others, logged = set[str](), set[bytes]()
        lasts = [last_offset(message.channel, message.payload) for message in batch]
        for (_, channel, _), last in zip(batch, lasts, strict=True):
            if last is None:
                others.add(channel)
            else:
                log = log_of(channel)
                first, behind = logs.get(log, (last, last))
                logs[log] = min(first, last), max(behind, last)

        async def read() -> None:
            if logs:
                ids = [f"{offset}-0" for span in logs.values() for offset in span]
                for messages in await self._store.run("read_logged", list(logs), *ids):
                    logged.update(messages)

        await asyncio.gather(read(), self._store.settle(*others))
        return [one for one, last in zip(batch, lasts, strict=True) if last is None or one.payload in logged]

    async def _find_ways(self, channels: set[str]) -> None:
        """Opens the connections by which what comes next is told apart."""
        for channel in channels:
            with contextlib.suppress(StoreError):
                await self._store.open(channel)

    def _current(self, batch: list[Message]) -> list[Message]:
        """Those of which the node still is the one that has their slot."""
        ways = {channel: self._store.connection_of(channel) for channel in {message.channel for message in batch}}
        current = [m for m in batch if m.connection is not None and m.connection is ways[m.channel]]
        self._missed = self._missed or len(current) < len(batch)
        return current
