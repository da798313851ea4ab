from __future__ import annotations

import pytest

from app.base.errors import Refusal, StoreError
from app.edge.barred import BarredHere
from app.rules.barred import Barred, packed
from app.store.barred import put_barred
from app.store.client import Store
from app.store.partitions import Partitions
from app.store.standing import Standing
from tests.edge.client import eventually
from tests.fault_proxy import Fault, FaultProxy
from tests.world import EPOCH, World, partitions_of, person


async def test_a_worker_knows_what_it_read_and_what_it_was_told(world: World) -> None:
    """Each person's change is passed on once, older ones not at all; whoever is kept out may still read."""
    changed: list[str] = []
    here = BarredHere(world.partitions, lambda user, barred: changed.append(f"{user} {barred.version}"))
    await put_barred(world.standing, "ann", Barred(2, banned=True))
    await here.read()
    await here.read()
    here.hear(b"ann " + packed(Barred(1)))
    here.hear(b"bob " + packed(Barred(1, before_s=5)))

    assert ["ann 2", "bob 1"] == changed
    here.check(person("ann"), only_reads=True)
    here.check(person("cyd"))
    for user, slug in (("ann", "banned"), ("bob", "unauthorized")):
        with pytest.raises(Refusal, match=slug):
            here.check(person(user))


async def test_a_beginning_needs_one_partition_that_tells(
    world: World, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was decided stands in each partition: one that is away is read later, and where all are, nobody begins."""
    monkeypatch.setattr("app.edge.rereading.RETRY_S", 0.01)
    away = Standing(Store(f"{proxy.url}?db=1"), EPOCH)
    await put_barred(world.standing, "ann", Barred(1, banned=True))
    proxy.plan(Fault.DROP_REQUEST, b"HSCAN")
    with pytest.raises(StoreError):
        await BarredHere(partitions_of(away), lambda user, barred: None).begin()
    there = Standing(Store(f"{world.store.url.partition('?')[0]}?db=2"), EPOCH)
    both = Partitions([partitions_of(standing).common for standing in (there, away)])
    here = BarredHere(both, lambda user, barred: None)
    proxy.plan(Fault.DROP_REQUEST, b"HSCAN")
    await here.begin()
    await eventually(lambda: "ann" in here._known)
    for standing in (there, away):
        standing.store.close()

    assert 2 == proxy.happened


async def test_what_was_missed_is_read_until_that_works(
    world: World, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is away for a moment is asked again."""
    monkeypatch.setattr("app.edge.rereading.RETRY_S", 0.01)
    broken = Standing(Store(f"{proxy.url}?db=1"), EPOCH)
    here = BarredHere(partitions_of(broken), lambda user, barred: None)
    await put_barred(world.standing, "ann", Barred(1, banned=True))
    for _ in range(2):
        proxy.plan(Fault.DROP_REQUEST, b"HSCAN")
    here.refresh()
    await eventually(lambda: "ann" in here._known)
    broken.store.close()

    assert 2 == proxy.happened
    with pytest.raises(Refusal, match="banned"):
        here.check(person("ann"))
