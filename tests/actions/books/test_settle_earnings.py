from __future__ import annotations

import asyncio
import logging

import pytest

from app.actions.books.look_up import look_up_in
from app.actions.books.settle_earnings import LOOK_AGAIN_S, LOOK_EVERY_S, Settler
from app.archive.archive import Archive
from app.archive.maturing import due, next_due_ms
from app.base.clock import now_ms
from app.store.client import Store
from app.store.moves import Moves
from tests.archiving import HOLD_MS, archive_all
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.world import World

LATER_MS = 2 * HOLD_MS


def settler_on(store: Store, archive: Archive, later_ms: int = LATER_MS) -> Settler:
    """A settler whose clock is so much later."""
    moves = Moves([World(store).ledger], look_up_in(archive))

    async def ledger_ms() -> int:
        return now_ms() + later_ms

    return Settler(moves, archive, ledger_ms)


async def diamonds(world: World, user: str) -> tuple[int, int]:
    """Pending and available milli-diamonds."""
    keys = (world.keys.pending, world.keys.available)
    found = [int(await world.store.call("HGET", key, user) or 0) for key in keys]
    return found[0], found[1]


@pytest.fixture
async def earned(world: World) -> World:
    """A world in which sam and sue have earned something."""
    await world.grant("ann", 1000)
    await world.send(world.order(), world.order(gift="heart"), world.order(room="side"))
    return world


async def test_what_is_due_becomes_available(earned: World, archive: Archive) -> None:
    """Before the hold is over nothing moves; then all that is due does, once, and what comes later follows later."""
    await archive_all(earned, archive)
    await settler_on(earned.store, archive, 0).step()
    before = await diamonds(earned, "sam")
    settler = settler_on(earned.store, archive)
    for _ in range(3):
        await settler.step()
        await archive_all(earned, archive)
    after = [await diamonds(earned, user) for user in ("sam", "sue")]
    await earned.send(earned.order())
    await archive_all(earned, archive)
    await settler.step()

    assert ((6000, 0), [(0, 6000), (0, 1000)]) == (before, after)
    assert (0, 7000) == await diamonds(earned, "sam")


async def test_it_waits_until_the_next_is_due(earned: World, archive: Archive) -> None:
    """With nothing due it looks again when something will be, at most some seconds later."""
    idle = await settler_on(earned.store, archive).step()
    await archive_all(earned, archive)
    far = await settler_on(earned.store, archive, HOLD_MS // 2).step()
    due_ms = await archive.read(next_due_ms) or 0
    soon = await settler_on(earned.store, archive, due_ms - earned.now_ms() - 900).step()
    worked = await settler_on(earned.store, archive).step()

    assert [LOOK_EVERY_S] * 2 == [idle, far]
    assert LOOK_AGAIN_S <= soon < LOOK_EVERY_S
    assert LOOK_AGAIN_S == worked


async def test_nothing_is_settled_twice_before_it_is_archived(
    earned: World, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """Settlers that do not see each other's settlements in the archive yet settle once, and find nothing wrong."""
    await archive_all(earned, archive)
    settlers = [settler_on(earned.store, archive, LATER_MS + i) for i in range(3)]
    await asyncio.gather(*(settler.step() for settler in settlers for _ in range(3)))

    assert [(0, 6000), (0, 1000)] == [await diamonds(earned, user) for user in ("sam", "sue")]
    assert 2 == await archive_all(earned, archive)
    assert [] == await archive.read(due, now_ms() + LATER_MS, 10)
    assert [] == [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_it_settles_when_the_keys_are_dropped(earned: World, archive: Archive) -> None:
    """When the store has dropped the keys of old intents, the archive is asked, and settlements go on."""
    await archive_all(earned, archive)
    await earned.store.call("HSET", earned.keys.totals, "keys_from", 4)
    await settler_on(earned.store, archive).step()

    assert (0, 6000) == await diamonds(earned, "sam")


async def test_it_may_die_at_any_step(earned: World, archive: Archive, address: str) -> None:
    """Dying before or after any call to the store or any commit, a settler leaves nothing half settled."""
    await archive_all(earned, archive)

    async def work(crash: Crash) -> None:
        store, mine = CrashingStore(earned.store.url, crash), crashing_archive(address, crash)
        try:
            await settler_on(store, mine).step()
        finally:
            store.close()
            mine.close()

    async def check(at: int) -> None:
        assert await diamonds(earned, "sam") in ((6000, 0), (0, 6000))
        # Sometimes its successor sees it in the archive, sometimes it does not.
        if at % 3 == 0:
            await archive_all(earned, archive)

    assert await die_everywhere(work, check) > 5
    await archive_all(earned, archive)

    assert [(0, 6000), (0, 1000)] == [await diamonds(earned, user) for user in ("sam", "sue")]


async def test_what_cannot_be_settled_is_said(
    earned: World, archive: Archive, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the store has less pending than the books, nothing moves, and it is said loudly."""
    await archive_all(earned, archive)
    await earned.store.call("HSET", earned.keys.pending, "sam", 5999)
    await settler_on(earned.store, archive).step()

    assert [(5999, 0), (0, 1000)] == [await diamonds(earned, user) for user in ("sam", "sue")]
    assert ["sam's diamonds cannot be settled"] == [
        record.getMessage().partition(":")[0] for record in caplog.records if record.levelno == logging.ERROR
    ]
