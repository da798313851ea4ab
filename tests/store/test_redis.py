"""On Redis, as Debian has it, what else is proved on the bundled Valkey: the scripts, a cluster, what follows it."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from app.base.errors import StoreError, UnknownOutcome
from app.store import server
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.cluster_server import ClusterServer
from app.store.keys import Keys
from app.store.scripts import names, script
from app.store.server import StoreServer
from app.store.settings_check import examine
from app.store.subscriber import Subscriber
from loadtest import cluster_faults as faults
from loadtest.crossings import run_seeds
from tests import debian

COUNTED, CHANNEL = "counted:{p0}", Keys().channel("main")
WAIT_S = 15


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores that are started are Redis."""
    if debian.missing(["redis-server"]):
        pytest.skip("redis-server cannot be had here; `python3 -m tests` unpacks what Debian has")
    monkeypatch.setattr(server, "bundled_binary", lambda: debian.program("redis-server"))
    if debian.libraries():
        monkeypatch.setenv("LD_LIBRARY_PATH", debian.libraries())


async def test_gifts_on_redis(redis: None, short_path: Path) -> None:
    """It is found good, takes all scripts, and gifts cross its partitions whatever goes wrong between two steps."""
    single = StoreServer(short_path)
    single.start()
    store = Store(single.url)
    try:
        name, wrong = await asyncio.to_thread(examine, single.url)
        loaded = [await store.call("SCRIPT", "LOAD", script(name).text) for name in names()]
        assert [] == await run_seeds(store, 1, 15)
    finally:
        store.close()
        single.stop()

    assert (name.split(" ")[0], wrong) == ("Redis", [])
    assert [script(name).sha.encode() for name in names()] == loaded


async def test_a_cluster_of_redis(redis: None, short_path: Path) -> None:
    """Calls go on and are heard of while a slot moves and a replica is promoted; a replica has what counts."""
    cluster = ClusterServer(short_path, node_timeout_ms=1000)
    cluster.start()
    store, heard = Store(cluster.url), list[bytes]()
    subscriber = Subscriber(cluster.url, lambda _, payload: heard.append(payload), lambda: None)
    subscriber.start()
    done = unknown = 0
    try:
        assert "e" == await open_ledger(store, "e", 4)
        await subscriber.subscribe(CHANNEL)
        for harm in (faults.move_at_once, faults.move_by_keys, faults.promote):
            before = done
            harming = asyncio.ensure_future(asyncio.to_thread(harm, cluster, faults.P0))
            while not harming.done() or done == before:
                try:
                    await store.call("INCR", COUNTED)
                    done += 1
                except UnknownOutcome:
                    unknown += 1
                except StoreError:
                    await asyncio.sleep(0.02)
            assert (await harming) is not True
            await _is_heard(store, heard, harm.__name__.encode())
        assert done <= int(await store.call("GET", COUNTED)) <= done + unknown
        await store.settle(Keys().totals)
    finally:
        await subscriber.stop()
        store.close()
        cluster.stop()


async def _is_heard(store: Store, heard: list[bytes], payload: bytes) -> None:
    """Says it until it is heard: a subscription follows its slot a moment later."""
    async with asyncio.timeout(WAIT_S):
        while payload not in heard:
            with contextlib.suppress(StoreError):
                await store.publish(CHANNEL, payload)
            await asyncio.sleep(0.02)
