from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.actions.viewer import bound_spending as module
from app.actions.viewer.bound_spending import bound_spending, read_limits
from app.archive import spending as archived
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.base.errors import Refusal
from app.rules.spending import Bounds, Guard, Limits, LimitsChange, change_limits
from app.rules.spending_views import LimitAmounts
from app.store.standing import Standing
from tests.archiving import archive_all
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.noon import noon
from tests.store.moving import promotion
from tests.world import EPOCH, World


def day(coins: int) -> Callable[[Bounds], Bounds]:
    """Sets a limit for a day."""
    return lambda before: replace(change_limits(before, LimitsChange(day=coins), 0), tz=noon())


async def test_a_limit_in_the_middle_of_a_day(world: World, archive: Archive) -> None:
    """What was spent before counts to the coin, while gifts go on all the time at which the limit is set."""
    await world.grant("ann", 10_000)
    await world.send(world.order("ann", quantity=100))
    await world.moves.post_one(promotion("ann", 50))
    await archive_all(world, archive)
    before = await read_limits(world.standing, archive, "ann", noon())
    assert (noon(), 150, None) == (before.tz, before.spent.day, before.limits.day)

    setting = asyncio.create_task(bound_spending(world.standing, archive, "ann", day(5000)))
    taken = 0
    while not setting.done():
        assert ["NA"] == [text[:2] for text in await world.send(world.order("ann", quantity=3))]
        taken += 3
        await archive_all(world, archive)
    await setting

    shown = await read_limits(world.standing, archive, "ann", None)
    assert (150 + taken, noon()) == (shown.spent.day, shown.tz)
    assert LimitAmounts(None, 5000, None, None) == shown.limits
    await bound_spending(world.standing, archive, "ann", day(shown.spent.day + 5))
    assert ["NL|day|5|", "NA|"] == [
        text[:9] if text[1] == "L" else text[:3]
        for text in await world.send(world.order("ann", quantity=6), world.order("ann", quantity=5))
    ]


async def test_two_at_once_leave_what_was_set_last(world: World, books: Archive) -> None:
    """Of many changes at once the archive's last one is the store's as well."""
    await asyncio.gather(*(bound_spending(world.standing, books, "ann", day(coins)) for coins in range(20, 0, -1)))
    kept = await books.read(archived.bounds_of, "ann")
    shown = await read_limits(world.standing, books, "ann", None)
    assert (20, kept.at(world.now_ms()).own.day) == (kept.version, shown.limits.day)


async def test_what_the_store_was_not_told_holds_when_it_is_looked_at(world: World, books: Archive) -> None:
    """A limit whose setter died on the way to the store is there as soon as anybody looks at the limits."""
    await world.grant("ann", 100)
    await archive_all(world, books)
    await books.write(archived.change_bounds, "ann", lambda before: replace(before, guard=Guard(locked=True)))
    assert (await read_limits(world.standing, books, "ann", None)).guardian_limits == Guard(locked=True)
    assert ["NL|locked|0|0"] == await world.send(world.order("ann"))


async def test_an_archive_that_is_behind(world: World, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the books are too far behind to count, nobody is told of a limit that does not hold."""
    monkeypatch.setattr(module, "CAUGHT_UP_S", 0.05)
    await world.grant("ann", 100)
    with pytest.raises(Refusal, match="unavailable"):
        await bound_spending(world.standing, books, "ann", day(5))
    await archive_all(world, books)
    assert Limits(day=5) == (await bound_spending(world.standing, books, "ann", day(5))).own
    assert ["NL|day|5|"] == [text[:9] for text in await world.send(world.order("ann", quantity=6))]


async def test_a_death_at_any_step(world: World, books: Archive, tmp_path: Path) -> None:
    """Whoever sets a limit may die anywhere: before, at most the old one holds, and the same call once more sets it."""
    await world.grant("ann", 1000)
    await world.send(world.order("ann", quantity=10))
    await archive_all(world, books)
    before, url = Limits(), world.store.url

    async def work(crash: Crash) -> None:
        own = crashing_archive(sqlite_url(tmp_path / "books.db"), crash)
        standing = Standing(CrashingStore(url, crash), EPOCH)
        try:
            await bound_spending(standing, own, "ann", day(50))
        finally:
            own.close()
            standing.store.close()

    async def check(_: int) -> None:
        shown = await read_limits(world.standing, books, "ann", noon())
        assert shown.limits.day in (before.day, 50)
        assert 10 == shown.spent.day

    assert 3 < await die_everywhere(work, check)
    assert ["NL|day|40|"] == [text[:10] for text in await world.send(world.order("ann", quantity=41))]
