from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.base.errors import ConfigError, StoreError, StoreRefused, UnknownOutcome
from app.store import client
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.cluster_server import ClusterServer
from app.store.connection import Connection
from app.store.keys import Keys, touched_key
from app.store.slots import slot_of
from app.store.subscriber import Subscriber
from loadtest import cluster_faults as faults
from tests.fault_proxy import eventually

KEY = "counted:{p0}"
KEYS = Keys()


@pytest.fixture
async def store(cluster: ClusterServer) -> AsyncIterator[Store]:
    """A client of the cluster."""
    store = Store(cluster.url)
    yield store
    store.close()


class Counting:
    """Somebody who counts a key up, one call after the other, whatever happens to the cluster."""

    def __init__(self, store: Store) -> None:
        self.done, self.unknown, self.slowest_s = 0, 0, 0.0
        self.stopped = False
        self._store = store
        self._task = asyncio.create_task(self._count())

    async def _count(self) -> None:
        loop = asyncio.get_running_loop()
        since = loop.time()
        while not self.stopped:
            try:
                await self._store.call("INCR", KEY)
                self.done += 1
                self.slowest_s, since = max(self.slowest_s, loop.time() - since), loop.time()
            except UnknownOutcome:
                self.unknown += 1
            except StoreError:
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Counts a little on, and ends."""
        done = self.done
        await eventually(lambda: self.done > done + 5)
        self.stopped = True
        await self._task


async def meanwhile(store: Store, harm: Callable[..., Any], *args: Any) -> Counting:
    """What somebody has counted while the cluster is harmed."""
    await store.call("SET", KEY, 0)
    counting = Counting(store)
    await eventually(lambda: counting.done > 5)
    await asyncio.to_thread(harm, *args)
    await counting.stop()
    return counting


async def test_each_call_goes_to_the_node_of_its_key(store: Store) -> None:
    """Keys of many slots are written and read, and every primary has some of them."""
    before = sum(await store.call_each("DBSIZE"))
    names = [f"k:{{t{i}}}" for i in range(60)]
    await asyncio.gather(*(store.call("SET", name, name) for name in names))
    found = await asyncio.gather(*(store.call("GET", name) for name in names))
    sizes = await store.call_each("DBSIZE")
    await asyncio.gather(*(store.call("DEL", name) for name in names))

    assert [name.encode() for name in names] == found
    assert 3 == len(sizes)
    assert 0 not in sizes
    assert before + 60 == sum(sizes)


@pytest.mark.parametrize("move", [faults.move_at_once, faults.move_by_keys, faults.promote])
async def test_calls_follow_a_slot(move: Callable[..., Any], store: Store, cluster: ClusterServer) -> None:
    """While a slot moves, in both ways, or its replica is promoted, calls go on, none is lost and none is doubled."""
    owner = faults.shard_of(cluster, faults.P0).primary
    if move is faults.move_at_once and not faults.can_move_at_once(cluster):
        pytest.skip("this server moves no slot atomically")
    counting = await meanwhile(store, move, cluster, faults.P0)

    assert owner != faults.shard_of(cluster, faults.P0).primary
    assert counting.done <= int(await store.call("GET", KEY)) <= counting.done + counting.unknown


async def test_a_slot_that_is_between_two_nodes(store: Store, cluster: ClusterServer) -> None:
    """In a classic move, what is not there any more, or not yet, is asked for at the slot's new node; nothing is made
    there that is still to come, which would end the move.
    """
    for key in (KEY, touched_key(KEY)):
        await store.call("SET", key, "here")
    source, target = faults.begin_move(cluster, faults.P0)

    assert b"here" == await store.call("GET", KEY)
    assert b"OK" == await store.call("SET", "new:{p0}", "there")
    assert 1 == cluster.ask(target, "CLUSTER", "COUNTKEYSINSLOT", faults.P0)
    assert b"there" == await store.call("GET", "new:{p0}")
    with pytest.raises(StoreError):
        await store.run("open_ledger", [KEYS.totals, KEYS.journal, KEYS.coins], "", "1")
    assert 1 == cluster.ask(source, "EXISTS", touched_key(KEY))
    assert 1 == cluster.ask(target, "CLUSTER", "COUNTKEYSINSLOT", faults.P0)
    port = cluster.ports[target]
    keys = [key.decode() for key in cluster.ask(source, "CLUSTER", "GETKEYSINSLOT", faults.P0, 100)]
    cluster.ask(source, "MIGRATE", "127.0.0.1", port, "", 0, 5000, "KEYS", *keys)
    faults.end_move(cluster, faults.P0, source, target)
    assert b"here" == await store.call("GET", KEY)


async def test_a_replica_takes_over(store: Store, cluster: ClusterServer) -> None:
    """After kill -9 of a primary, calls go on at its replica within seconds; other slots never stop."""
    other = next(name for name in map("other:{{o{}}}".format, range(99)) if _is_elsewhere(cluster, name))
    await store.call("SET", other, 0)
    steady = asyncio.create_task(_count_up(store, other))
    counting = await meanwhile(store, faults.kill_primary, cluster, faults.P0)
    steady.cancel()
    dead = next(k for k, server in enumerate(cluster.servers) if server.poll() is not None)
    # Here, not in a thread that ends: a node ends with the thread that has started it.
    cluster.servers[dead].spawn()
    await asyncio.to_thread(faults.wait_whole, cluster, faults.P0)

    assert counting.done <= int(await store.call("GET", KEY)) <= counting.done + counting.unknown
    assert counting.slowest_s < 10
    assert int(await store.call("GET", other)) > 0
    assert steady.cancelled() or steady.exception() is None


async def test_a_ledger_over_several_nodes(store: Store) -> None:
    """A ledger's partitions lie on all nodes; another number of them, and one of another ledger, are refused."""
    totals = [Keys(k).totals for k in range(16)]
    try:
        assert "e" == await open_ledger(store, "e", 16)
        assert [b"e"] * 16 == [await store.call("HGET", key, "epoch") for key in totals]
        assert 0 not in await store.call_each("DBSIZE")
        with pytest.raises(ConfigError, match="has 16 partitions, not 4"):
            await open_ledger(store, "", 4)
        await store.call("HSET", totals[7], "epoch", "f")
        with pytest.raises(ConfigError, match="several ledgers: e, f"):
            await open_ledger(store, "", 16)
    finally:
        for key in totals:
            await store.call("DEL", key)


async def test_user_and_password_are_those_of_every_node(cluster: ClusterServer) -> None:
    """A user with a password is let in at each node, and may do what an ACL allows; another password is refused."""
    for k in range(6):
        cluster.ask(k, "ACL", "SETUSER", "mia", "on", ">p@ss", "~*", "&*", "+@all", "-flushall")
    where = cluster.url.removeprefix("redis://")
    mia, stranger = (Store(f"redis://mia:{password}@{where}") for password in ("p%40ss", "wrong"))
    try:
        assert [b"mia"] * 3 == await mia.call_each("ACL", "WHOAMI")
        await mia.call("SET", KEY, 1)
        with pytest.raises(StoreRefused, match="NOPERM"):
            await mia.call("FLUSHALL")
        with pytest.raises(StoreRefused, match="WRONGPASS"):
            await stranger.call("GET", KEY)
    finally:
        mia.close()
        stranger.close()
        for k in range(6):
            cluster.ask(k, "ACL", "DELUSER", "mia")


async def test_what_replicas_do_not_have_is_unknown(
    store: Store, cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script counts when a replica has what it wrote; reads do not wait for that, and a resend waits once more."""
    names = [KEYS.totals, KEYS.journal, KEYS.coins]
    await store.run("open_ledger", names, "", "1")
    monkeypatch.setattr(client, "WAIT_MS", 1000)
    replica = cluster.servers[faults.shard_of(cluster, faults.P0).replicas[0]]
    assert replica.pid
    os.kill(replica.pid, signal.SIGSTOP)
    try:
        written = asyncio.ensure_future(store.run("open_ledger", names, "", "1"))
        assert None is await store.call("GET", "nothing:{p0}")
        assert not written.done()
        again, kept = store.run("open_ledger", names, "", "1"), store.call_kept("HGET", KEYS.totals, "epoch")
        for unknown in (written, again, store.settle(KEYS.totals), kept):
            with pytest.raises(UnknownOutcome, match="0 of 1 replicas"):
                await unknown
    finally:
        os.kill(replica.pid, signal.SIGCONT)
    monkeypatch.setattr(client, "WAIT_MS", 10_000)
    assert b"" == await store.run("open_ledger", names, "", "1")
    await store.settle(KEYS.totals)


async def test_what_is_read_is_vouched_for_where_it_is_read(
    store: Store, cluster: ClusterServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read that replicas vouch for goes to one node together with the question, also where that is another by now: so
    nothing is read from a primary that is none any more, and vouched for by the next one.
    """
    asked: list[tuple[Connection, tuple[Any, ...]]] = []

    def seen(self: Connection, *args: Any) -> asyncio.Future[Any]:
        asked.append((self, args))
        return call(self, *args)

    await store.call("SET", KEY, "kept")
    assert b"kept" == await store.call_kept("GET", KEY)
    call = Connection.call
    monkeypatch.setattr(Connection, "call", seen)
    await asyncio.to_thread(faults.promote, cluster, faults.P0)
    assert b"kept" == await store.call_kept("GET", KEY)

    first = next(i for i, (_, args) in reversed([*enumerate(asked)]) if args == ("GET", KEY))
    assert ["GET", "SET", "WAIT"] == [args[0] for _, args in asked[first : first + 3]]
    assert 1 == len({connection for connection, _ in asked[first : first + 3]})


async def test_subscriptions_follow_their_slots(store: Store, cluster: ClusterServer) -> None:
    """Channels of many nodes are heard; when a slot moves, its are heard again; what was not heard meanwhile is
    followed by word that something may be missing.
    """
    heard: list[tuple[str, bytes]] = []
    told: list[bool] = []
    subscriber = Subscriber(cluster.url, lambda *message: heard.append(message), lambda: told.append(True))
    subscriber.start()
    channels = [KEYS.channel("main"), *(f"c:{{t{i}}}" for i in range(9))]
    await asyncio.gather(*map(subscriber.subscribe, channels))

    async def publish(payload: bytes) -> list[str]:
        heard.clear()
        for channel in channels:
            await store.publish(channel, payload)
        await eventually(lambda: told or len(heard) >= len(channels))
        return sorted(channel for channel, heard_there in heard if heard_there == payload)

    async def publish_until_heard(word: str) -> None:
        for attempt in range(20):
            told.clear()
            if await publish(f"{word} {attempt}".encode()) == sorted(channels):
                return
        pytest.fail(f"after {word}: told again and again that something may be missing")

    assert sorted(channels) == await publish(b"first")
    assert [] == told
    for harm in (faults.move_at_once, faults.promote, faults.move_by_keys):
        told.clear()
        if harm is not faults.move_at_once or faults.can_move_at_once(cluster):
            await asyncio.to_thread(harm, cluster, faults.P0)
            await eventually(lambda: told)
        await publish_until_heard(harm.__name__)
    subscriber.unsubscribe(channels[0])
    await store.publish(channels[0], b"nobody")
    channels.pop(0)
    await publish_until_heard("last")
    await subscriber.stop()


def _is_elsewhere(cluster: ClusterServer, key: str) -> bool:
    return faults.shard_of(cluster, slot_of(key)).primary != faults.shard_of(cluster, faults.P0).primary


async def _count_up(store: Store, key: str) -> None:
    while True:
        await store.call("INCR", key)
