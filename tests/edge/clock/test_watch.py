from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.base.metrics import Metrics
from app.edge.clock import watch as module
from app.edge.clock.watch import Watch, of_all
from app.edge.troubles import Trouble, Troubles
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.server import StoreServer
from app.store.standing import Standing
from tests.edge.client import eventually


class Watched:
    """A store of the test's own, with a newborn ledger, and who watches it."""

    def __init__(self, folder: Path) -> None:
        self.server = StoreServer(folder / "d")
        self.server.start()
        self.store = Store(self.server.url)
        self.standing = Standing(self.store, "e")
        self.troubles = Troubles(Metrics("0"))
        self.watch = Watch([self.standing], self.troubles, demo=False)

    async def reasons(self) -> list[str]:
        """What is wrong, after another look."""
        await self.watch.look()
        return [trouble.reason for trouble in self.troubles.all() if trouble.stops]

    async def set(self, *pairs: str) -> None:
        """Sets the store while it runs."""
        await self.store.call("CONFIG", "SET", *pairs)


@pytest.fixture
async def watched(short_path: Path) -> AsyncIterator[Watched]:
    """One of which nothing is wrong."""
    watched = Watched(short_path)
    await open_ledger(watched.store, "e")
    assert [] == await watched.reasons()
    yield watched
    await watched.watch.stop()
    watched.store.close()
    watched.server.stop()


async def test_what_keeps_a_gift_from_being_written(watched: Watched) -> None:
    """Out of memory, too few replicas, a replica, another ledger: each is told by its reason until it is over."""
    call, totals = watched.store.call, watched.standing.keys.totals
    found = []
    for begin, end in (
        (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
        (("CONFIG", "SET", "min-replicas-to-write", "1"), ("CONFIG", "SET", "min-replicas-to-write", "0")),
        (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
        (("HSET", totals, "epoch", "f"), ("HSET", totals, "epoch", "e")),
    ):
        await call(*begin)
        found += await watched.reasons()
        await call(*end)
        assert [] == await watched.reasons()

    assert ["out_of_memory", "no_replicas", "read_only", "uninitialised"] == found


async def test_a_store_that_is_away_or_hangs(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is killed and one that does not answer are away; a look does not wait for long."""
    monkeypatch.setattr(module, "LOOK_S", 0.2)
    assert watched.server.pid
    os.kill(watched.server.pid, signal.SIGSTOP)
    hangs = await watched.reasons()
    (trouble,) = watched.troubles.all()
    os.kill(watched.server.pid, signal.SIGCONT)
    await eventually(lambda: watched.standing._looking is None)
    monkeypatch.setattr(module, "LOOK_S", 2.0)
    over = await watched.reasons()
    os.kill(watched.server.pid, signal.SIGKILL)
    await eventually(lambda: watched.server.poll() is not None)

    assert (["away"], [], ["away"]) == (hangs, over, await watched.reasons())
    assert "not answered for 0.2 s" in trouble.text


async def test_settings_that_are_changed_while_it_runs(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """AOF, fsync and eviction are noticed by themselves, and their end is."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.02)
    watched.watch.start()
    for name, wrong, right in (
        ("appendonly", "no", "yes"),
        ("appendfsync", "everysec", "always"),
        ("maxmemory-policy", "allkeys-lru", "noeviction"),
    ):
        await watched.set(name, wrong)
        await eventually(watched.troubles.all)
        (trouble,) = watched.troubles.all()
        assert ("settings", f"the store's {name} is {wrong}; Fanfare needs {right}.") == trouble[:2]
        assert trouble.stops
        await watched.set(name, right)
        await eventually(lambda: not watched.troubles.all())


async def test_the_demo_makes_do(watched: Watched) -> None:
    """In the demo a store that may forget is a warning, as at the start; one that hides its settings is none."""
    watched.watch = Watch([watched.standing], watched.troubles, demo=True)
    await watched.set("appendfsync", "everysec")
    await watched.watch.look_at_settings()
    assert [("settings", False)] == [(trouble.reason, trouble.stops) for trouble in watched.troubles.all()]

    await watched.set("appendfsync", "always")
    await watched.watch.look_at_settings()
    await watched.store.call("ACL", "SETUSER", "default", "-config")
    await watched.watch.look_at_settings()
    assert [] == watched.troubles.all()


async def test_the_settings_are_looked_at_often_enough() -> None:
    """What is changed is noticed within ten seconds."""
    assert module.LOOK_EVERY_S * module.SETTINGS_EVERY + module.LOOK_S <= 10


async def test_a_mistake_of_ours_does_not_end_the_watch(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, and looked on."""
    monkeypatch.setattr(module, "LOOK_EVERY_S", 0.001)
    looks = 0

    async def broken() -> object:
        nonlocal looks
        looks += 1
        raise KeyError("a mistake")

    monkeypatch.setattr(watched.standing, "see", broken)
    watched.watch.start()
    await eventually(lambda: looks > 3)
    await asyncio.sleep(0)

    assert 1 == len([record for record in caplog.records if "a look at the store failed" in record.getMessage()])


def test_what_only_some_partitions_have() -> None:
    """It says in which ones, and stops no gifts: the others take them. What all have is said once."""
    away, clock = Trouble("away", "It is away."), Trouble("clock", "It jumped.", stops=False, said=True)
    some = of_all([[away, clock], [clock], [away, clock]])

    assert [Trouble("away", "In partitions 0, 2: It is away.", stops=False), clock] == some
    assert [away] == of_all([[away], [away]])
    assert ["In partition 1: It is away."] == [one.text for one in of_all([[], [away]])]
    assert [away, clock] == of_all([[away, clock]])
