from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.store import client
from app.store.client import Store
from app.store.cluster_server import ClusterServer
from app.store.held import Held
from app.store.keys import Keys
from app.store.slots import slot_of
from app.store.subscriber import Subscriber
from loadtest import cluster_faults as faults
from tests.fault_proxy import FaultProxy, eventually

ROOM, ELSEWHERE = Keys().channel("main"), "events:{elsewhere}:side"


class Shown:
    """All that was handed on, and how often something was missed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.messages: list[bytes] = []
        self.missed = self.taken = 0
        self.subscriber = Subscriber(store.url, self.take, self.miss)
        self.held = Held(store, lambda _, payload: self.messages.append(payload), self.miss, self.subscriber.place_of)

    def take(self, channel: str, payload: bytes) -> None:
        """Something came."""
        self.taken += 1
        self.held.take(channel, payload)

    def miss(self) -> None:
        self.missed += 1


@pytest.fixture
async def shown(cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shown]:
    """What is shown of two channels of a cluster."""
    monkeypatch.setattr(client, "WAIT_MS", 200)
    shown = Shown(Store(cluster.url))
    subscriber = shown.subscriber
    subscriber.start()
    for channel in (ROOM, ELSEWHERE):
        await shown.store.open(channel)
        await subscriber.subscribe(channel)
    yield shown
    await subscriber.stop()
    await shown.held.stop()
    shown.store.close()


async def test_nothing_is_shown_that_a_failover_takes_back(shown: Shown, cluster: ClusterServer) -> None:
    """What a replica does not have yet waits, and is shown in its order once it has; nothing then was missed."""
    with faults.stopped(cluster, faults.shard_of(cluster, faults.P0).replicas[0]):
        for i in range(3):
            await shown.store.publish(ROOM, b"%d" % i)
        await asyncio.sleep(0.3)
        assert [] == shown.messages
    await eventually(lambda: shown.messages)
    await shown.store.publish(ROOM, b"3")
    await eventually(lambda: len(shown.messages) == 4)

    assert [b"0", b"1", b"2", b"3"] == shown.messages
    assert 0 == shown.missed


async def test_others_wait_for_no_replica_but_their_own(shown: Shown, cluster: ClusterServer) -> None:
    """While the replica of one partition's node is away, what is published in another partition is shown."""
    shard = faults.shard_of(cluster, faults.P0)
    channels = (f"events:{{elsewhere{k}}}:side" for k in range(99))
    elsewhere = next(channel for channel in channels if faults.shard_of(cluster, slot_of(channel)) != shard)
    await shown.store.open(elsewhere)
    await shown.subscriber.subscribe(elsewhere)
    with faults.stopped(cluster, shard.replicas[0]):
        await shown.store.publish(ROOM, b"waits")
        await eventually(lambda: shown.taken)
        await shown.store.publish(elsewhere, b"goes on")
        await eventually(lambda: shown.messages)
        assert [b"goes on"] == shown.messages
    await eventually(lambda: len(shown.messages) == 2)

    assert 0 == shown.missed


async def test_what_a_failover_took_back_is_never_shown(shown: Shown, cluster: ClusterServer) -> None:
    """What came from a primary that died before its replica had it is let go, and that is told; others go on."""

    shard = faults.shard_of(cluster, faults.P0)
    with faults.stopped(cluster, shard.replicas[0]):
        await shown.store.publish(ROOM, b"before")
        await eventually(lambda: shown.taken)
        cluster.servers[shard.primary].kill()
        await eventually(lambda: cluster.servers[shard.primary].poll() is not None)
    await asyncio.to_thread(faults.wait_taken_over, cluster, faults.P0, shard.primary)
    cluster.servers[shard.primary].spawn()
    await asyncio.to_thread(faults.wait_whole, cluster, faults.P0)
    await eventually(lambda: shown.missed)

    async def publish(channel: str, payload: bytes) -> None:
        async with asyncio.timeout(15):
            while payload not in shown.messages:
                await shown.store.publish(channel, payload)
                await asyncio.sleep(0.05)

    await publish(ROOM, b"after")
    await publish(ELSEWHERE, b"other")
    assert b"before" not in shown.messages


async def test_what_another_node_says_is_let_go(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes from a node that does not have the slot any more, as far as calls know, is not shown."""
    monkeypatch.setattr(shown.store, "place_of", lambda key: ("127.0.0.1", 1))
    await shown.store.publish(ROOM, b"stale")
    await eventually(lambda: shown.missed)

    assert [] == shown.messages


async def test_what_stands_in_no_log_is_let_go(shown: Shown) -> None:
    """Events that the room's log does not have, or has otherwise, are not shown: an old primary told of them late."""
    log = Keys().log("main")
    await shown.store.call("DEL", log)
    for last, text in ((2, b"e 1 2\ntwo"), (3, b"e 3 3\nthree")):
        await shown.store.call("XADD", log, f"{last}-0", "m", text)
    await shown.subscriber.subscribe(Keys().wallets_channel)
    await shown.store.publish(Keys().wallets_channel, b"w1\nann 5 7")
    for payload in (b"e 1 2\ntwo", b"e 3 3\nanother", b"e 4 4\nlost", b"e 3 3\nthree", b"!for overlays"):
        await shown.store.publish(ROOM, payload)
    await eventually(lambda: len(shown.messages) == 4)

    assert {b"e 1 2\ntwo", b"e 3 3\nthree", b"!for overlays", b"w1\nann 5 7"} == set(shown.messages)
    assert shown.missed


async def test_a_store_without_replicas_holds_nothing(proxy: FaultProxy) -> None:
    """Where nothing confirms, a message is handed on at once."""
    shown = Shown(Store(proxy.url))
    shown.held.take(ROOM, b"now")

    assert [b"now"] == shown.messages
    assert 0 == proxy.connections
