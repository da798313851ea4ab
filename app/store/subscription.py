"""One subscribed connection, to the channels that one node has; it comes back by itself."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from app.base.errors import StoreError
from app.base.log import Throttle
from app.store.connection import Connection, Lost, Push
from app.store.slots import slot_of

RETRY_FIRST_S, RETRY_MAX_S = 0.05, 1.0
PING_EVERY_S = 5.0
RECHECK_S = 0.5
SUBSCRIBE_MAX = 512

log = logging.getLogger(__name__)


class Listener(Protocol):
    """Whom a subscription tells."""

    on_message: Callable[[str, bytes], None]
    """Something was published: channel, payload."""
    on_reconnected: Callable[[], None]
    """All channels are subscribed again: something may have been missed."""

    def on_confirmed(self, channel: str) -> None:
        """From now on, what is published there is heard."""

    def on_trouble(self) -> None:
        """The node is away, or does not have a channel any more."""


class Subscription:
    """Holds a connection open that `connect` makes."""

    def __init__(self, connect: Callable[[Push, Lost], Awaitable[Connection]], listener: Listener) -> None:
        self.channels: set[str] = set()
        self._connect = connect
        self._listener = listener
        self._connection: Connection | None = None
        self._is_ready = False
        # Confirmations of our own leaving that are under way; others mean that the channel is elsewhere now.
        self._leaving: Counter[str] = Counter()
        self._log = Throttle(log)
        self._task = asyncio.create_task(self._hold())

    def close(self) -> asyncio.Task[None]:
        """Ends; the task that has to be waited for."""
        self._task.cancel()
        if self._connection is not None:
            self._connection.close()
        return self._task

    def add(self, channel: str) -> None:
        """Listens to a channel; `on_confirmed` tells from when on."""
        self.channels.add(channel)
        # Where there is no connection now, the next one subscribes to all channels and confirms this one too.
        if self._is_ready and self._connection is not None and self._connection.open:
            self._connection.send("SSUBSCRIBE", channel)

    def remove(self, channel: str) -> None:
        """Stops to listen."""
        self.channels.discard(channel)
        if self._is_ready and self._connection is not None and self._connection.open:
            self._leaving[channel] += 1
            self._connection.send("SUNSUBSCRIBE", channel)

    def _push(self, push: list[Any]) -> None:
        kind, channel = push[0], push[1].decode()
        if kind == b"smessage":
            # What still comes from a node that is not a channel's any more is nobody's.
            if channel in self.channels:
                self._listener.on_message(channel, push[2])
        elif kind == b"ssubscribe":
            if channel in self.channels:
                self._listener.on_confirmed(channel)
        elif kind == b"sunsubscribe":
            if self._leaving[channel] > 1:
                self._leaving[channel] -= 1
            elif self._leaving.pop(channel, 0) == 0 and channel in self.channels and self._connection is not None:
                # Its slot has moved away, and the listener finds out where to. If it is here again, so are we.
                self._listener.on_trouble()
                asyncio.get_running_loop().call_later(RECHECK_S, self._recheck, channel, self._connection)

    def _recheck(self, channel: str, connection: Connection) -> None:
        if channel in self.channels and connection is self._connection:
            connection.close()

    async def _hold(self) -> None:
        delay, again = RETRY_FIRST_S, False
        while True:
            if self._connection is not None:
                # It may still be open, when it was only refused something: two would hear everything twice.
                self._connection.close()
            lost = asyncio.Event()
            try:
                self._leaving.clear()
                self._connection = await self._connect(self._push, lost.set)
                self._is_ready = True
                await self._subscribe_all(self._connection)
            except StoreError as error:
                self._is_ready = False
                self._log.say(logging.WARNING, "away", "no subscription: %s", error)
                self._listener.on_trouble()
                await asyncio.sleep(delay)
                delay = min(2 * delay, RETRY_MAX_S)
                continue
            if again:
                self._listener.on_reconnected()
            delay, again = RETRY_FIRST_S, True
            await self._watch(self._connection, lost)
            self._is_ready = False

    async def _subscribe_all(self, connection: Connection) -> None:
        # A cluster's node takes channels of one slot in a command.
        for _, same in itertools.groupby(sorted(self.channels, key=_slot_and_name), key=slot_of):
            channels = list(same)
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


def _slot_and_name(channel: str) -> tuple[int, str]:
    return slot_of(channel), channel
