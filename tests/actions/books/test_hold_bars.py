from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from app.actions.books.hold_bars import hold_bars
from app.actions.operator import bar_person as module
from app.archive.archive import Archive
from app.archive.barred import BARRED
from app.base.errors import Refusal, StoreError
from app.rules.actors import PLATFORM
from app.rules.audit_log import Act
from app.rules.barred import Barred
from tests.deciding import all_barred
from tests.world import World


async def test_a_ban_that_was_not_told_holds(world: World, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever decides may die between the archive and the store: it is put there by a later look, and once."""

    async def dies(*_: object) -> None:
        raise StoreError("gone")

    def ban(barred: Barred) -> Barred:
        return replace(barred, banned=True)

    monkeypatch.setattr(module, "put_barred", dies)
    with pytest.raises(StoreError):
        await module.bar_person(world.partitions, books, Act(PLATFORM, "ban", "ann", "why"), ban, 5)
    assert {} == await all_barred(world.standing)

    assert [1, 1] == [await hold_bars(books, world.partitions) for _ in range(2)]
    assert (await all_barred(world.standing))["ann"].banned


async def test_many_are_held_by_few_calls(world: World, books: Archive) -> None:
    """A page of people is one call: who was told is not told again, however many there are."""
    rows = [{"person": f"u{i:04}", "version": 1, "state": "[1,true,0,[]]"} for i in range(1200)]
    await books.write(lambda connection: connection.execute(BARRED.insert(), rows) and None)
    before = await calls(world)

    assert 1200 == await hold_bars(books, world.partitions)
    assert 3 == await calls(world) - before
    assert 1200 == len(await all_barred(world.standing))


async def test_a_partition_without_the_ledger_holds_up_no_other(parted: World, books: Archive) -> None:
    """All pages of people are told to the other partitions, and then it is an error."""
    rows = [{"person": f"u{i:04}", "version": 1, "state": "[1,true,0,[]]"} for i in range(600)]
    await books.write(lambda connection: connection.execute(BARRED.insert(), rows) and None)
    standings = [ledger.standing for ledger in parted.partitions.ledgers]
    await parted.store.call("HSET", standings[1].keys.totals, "epoch", "another")
    with pytest.raises(Refusal, match="uninitialised"):
        await hold_bars(books, parted.partitions)

    assert [600, 0, 600, 600] == [len(await all_barred(standing)) for standing in standings]


async def calls(world: World) -> int:
    """How often the store has run a script."""
    told = (await world.store.call("INFO", "commandstats")).decode()
    return sum(int(found) for found in re.findall(r"cmdstat_(?:evalsha|fcall)[^:]*:calls=(\d+)", told))
