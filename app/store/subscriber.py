"""One subscribed connection a worker, to the channels of the rooms it has viewers in; it comes back by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from app.base.errors import StoreError
from app.base.log import Throttle
from app.store.connection import Connection, connect

RETRY_FIRST_S, RETRY_MAX_S = 0.05, 1.0
PING_EVERY_S = 5.0
SUBSCRIBE_MAX = 512

log = logging.getLogger(__name__)


class Subscriber:
    """Sharded pub/sub: the same on one store and on a cluster.

    Args:
        on_message: told of each message: channel, payload.
        on_reconnected: told when the subscription had been broken off and is whole again.
    """

    def __init__(self, url: str, on_message: Callable[[str, bytes], None], on_reconnected: Callable[[], None]) -> None:
        self._url = url
        self._on_message = on_message
        self._on_reconnected = on_reconnected
        self._channels: set[str] = set()
        self._connection: Connection | None = None
        self._ready = asyncio.Event()
        self._acks: dict[str, asyncio.Future[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._log = Throttle(log)

    def start(self) -> None:
        """Begins to hold the connection open."""
        self._task = asyncio.create_task(self._hold())

    async def stop(self) -> None:
        """Closes the connection for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            self._connection.close()

    async def subscribe(self, channel: str) -> None:
        """Returns when the store has confirmed: what is published after it will be heard."""
        self._channels.add(channel)
        await self._ready.wait()
        ack = self._acks.get(channel)
        if ack is None:
            ack = self._acks[channel] = asyncio.get_running_loop().create_future()
            if self._connection is not None and self._connection.open:
                self._connection.send("SSUBSCRIBE", channel)
        # Where the connection breaks first, the next one subscribes to all channels and confirms this one too.
        await asyncio.shield(ack)

    def unsubscribe(self, channel: str) -> None:
        """Stops to listen."""
        self._channels.discard(channel)
        if (ack := self._acks.pop(channel, None)) is not None:
            # Whoever still waits has nothing to wait for: the next connection does not confirm this channel.
            ack.cancel()
        if self._connection is not None and self._connection.open:
            self._connection.send("SUNSUBSCRIBE", channel)

    def _push(self, push: list[Any]) -> None:
        kind, channel = push[0], push[1]
        if kind == b"smessage":
            self._on_message(channel.decode(), push[2])
        elif kind == b"ssubscribe" and (ack := self._acks.pop(channel.decode(), None)) is not None and not ack.done():
            ack.set_result(None)

    async def _hold(self) -> None:
        delay, first = RETRY_FIRST_S, True
        while True:
            if self._connection is not None:
                # It may still be open, when it was only refused something: two would hear everything twice.
                self._connection.close()
            lost = asyncio.Event()
            try:
                self._connection = await connect(self._url, self._push, lost.set)
                await self._subscribe_all(self._connection)
            except StoreError as error:
                self._log.say(logging.WARNING, "away", "no subscription: %s", error)
                await asyncio.sleep(delay)
                delay = min(2 * delay, RETRY_MAX_S)
                continue
            self._ready.set()
            if not first:
                self._on_reconnected()
            delay, first = RETRY_FIRST_S, False
            await self._watch(self._connection, lost)
            self._ready.clear()

    async def _subscribe_all(self, connection: Connection) -> None:
        channels = sorted(self._channels)
        for at in range(0, len(channels), SUBSCRIBE_MAX):
            connection.send("SSUBSCRIBE", *channels[at : at + SUBSCRIBE_MAX])
        # Answered after the confirmations, since answers keep their order.
        await connection.call("PING")

    async def _watch(self, connection: Connection, lost: asyncio.Event) -> None:
        """Returns when the connection is gone; a silent one is asked now and then whether it still is there."""
        while connection.open:
            try:
                async with asyncio.timeout(PING_EVERY_S):
                    await lost.wait()
                return
            except TimeoutError:
                pass
            try:
                await connection.call("PING")
            except StoreError:
                return
