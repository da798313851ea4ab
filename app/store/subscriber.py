"""A worker's subscriptions to the channels of the rooms it has viewers in; on a cluster they follow their slots."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from app.store.address import Place, read_address
from app.store.cluster import Cluster
from app.store.connection import Connection, Lost, Push, connect
from app.store.reach import reach
from app.store.slots import slot_of
from app.store.subscription import Subscription


class Subscriber:
    """Sharded pub/sub: one connection to a single store, on a cluster one to each node that has channels.

    Args:
        on_message: told of each message: channel, payload.
        on_reconnected: told when a subscription had been broken off, or was elsewhere, and is whole again.
    """

    def __init__(self, url: str, on_message: Callable[[str, bytes], None], on_reconnected: Callable[[], None]) -> None:
        self.on_message = on_message
        self.on_reconnected = on_reconnected
        self._address = read_address(url)
        self._channels: set[str] = set()
        self._acks: dict[str, asyncio.Future[None]] = {}
        # Those that have been listened to, and are being listened to at another node than before.
        self._moving: set[str] = set()
        # The single store's stands under None; it is also how we come to know that the store is a cluster.
        self._subscriptions: dict[Place | None, Subscription] = {}
        self._cluster: Cluster | None = None
        self._ended: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begins to hold connections open."""
        subscription = self._subscriptions[None] = Subscription(self._reach, self)
        for channel in self._channels:
            subscription.add(channel)

    async def stop(self) -> None:
        """Closes the connections for good."""
        for place in list(self._subscriptions):
            self._end(place)
        if self._cluster is not None:
            self._cluster.close()
        await asyncio.gather(*self._ended, return_exceptions=True)

    async def subscribe(self, channel: str) -> None:
        """Returns when the store has confirmed: what is published after it will be heard."""
        self._channels.add(channel)
        ack = self._acks.get(channel)
        if ack is None:
            ack = self._acks[channel] = asyncio.get_running_loop().create_future()
            if (place := self.place_of(channel)) in self._subscriptions or place is not None:
                self._subscription_at(place).add(channel)
        await asyncio.shield(ack)

    def unsubscribe(self, channel: str) -> None:
        """Stops to listen."""
        self._channels.discard(channel)
        self._moving.discard(channel)
        if (ack := self._acks.pop(channel, None)) is not None:
            # Whoever still waits has nothing to wait for: nobody confirms this channel any more.
            ack.cancel()
        for subscription in self._subscriptions.values():
            if channel in subscription.channels:
                subscription.remove(channel)

    def on_confirmed(self, channel: str) -> None:
        """As Listener.on_confirmed."""
        if (ack := self._acks.pop(channel, None)) is not None and not ack.done():
            ack.set_result(None)
        if channel in self._moving:
            self._moving.discard(channel)
            if not self._moving:
                self.on_reconnected()

    def on_trouble(self) -> None:
        """As Listener.on_trouble: slots may be elsewhere now."""
        if self._cluster is not None:
            self._cluster.look_soon()

    def place_of(self, channel: str) -> Place | None:
        """The node from which a channel is heard; None on a single store."""
        return self._cluster.owner(slot_of(channel)) if self._cluster is not None else None

    def _subscription_at(self, place: Place | None) -> Subscription:
        if place is not None and place not in self._subscriptions:
            self._subscriptions[place] = Subscription(partial(connect, self._address, place), self)
        return self._subscriptions[place]

    async def _reach(self, on_push: Push, on_lost: Lost) -> Connection:
        connection = await reach(self._address, on_push, on_lost)
        if connection.is_cluster:
            connection.close()
            self._cluster = Cluster(self._address, 0, self._follow)
            # `_follow` ends this subscription as soon as there is a map.
            await asyncio.get_running_loop().create_future()
        return connection

    def _follow(self) -> None:
        """Listens to each channel at the node that has its slot now."""
        assert self._cluster is not None
        assert self._cluster.map is not None
        for channel in self._channels:
            place = self.place_of(channel)
            for held_at, subscription in self._subscriptions.items():
                if held_at != place:
                    subscription.channels.discard(channel)
            if place is None or channel in self._subscription_at(place).channels:
                continue
            if channel not in self._acks:
                self._moving.add(channel)
            self._subscription_at(place).add(channel)
        for held_at in [place for place in self._subscriptions if place not in self._cluster.map.primaries]:
            self._end(held_at)

    def _end(self, place: Place | None) -> None:
        ended = self._subscriptions.pop(place).close()
        self._ended.add(ended)
        ended.add_done_callback(self._ended.discard)
