from __future__ import annotations

import asyncio

from app.actions.end_streaks import LOOK_AGAIN_S, LOOK_EVERY_S, end_due_streaks
from app.rules.messages import StreakEnded
from tests.books import check_books, read_log
from tests.world import World


async def make_due(world: World) -> None:
    """The running streaks' time was over a minute ago."""
    for room in world.room:
        for field in await world.rooms.running_streaks(room):
            key = world.keys.streaks(room)
            streak_id, count, coins, last, sender = (await world.store.call("HGET", key, field)).split(b"|", 4)
            older = b"|".join((streak_id, count, coins, b"%d" % (int(last) - 60_000), sender))
            await world.store.call("HSET", key, field, older)
    for member in await world.store.call("ZRANGE", world.keys.streaks_due, 0, -1):
        await world.store.call("ZINCRBY", world.keys.streaks_due, -60_000, member)


async def ended(world: World, room: str) -> int:
    """How many streaks have ended in a room."""
    return sum(isinstance(event, StreakEnded) for event in await read_log(world, room))


async def test_due_streaks_end_in_every_room(world: World) -> None:
    """What is due ends, once, wherever it ran and whoever ran it, even when all workers look at the same time."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order(gift="heart"), world.order(room="side"))
    await make_due(world)
    waits_s = await asyncio.gather(*(end_due_streaks(world.rooms, world.now_ms) for _ in range(10)))

    assert (2, 1) == (await ended(world, "main"), await ended(world, "side"))
    assert [LOOK_EVERY_S] * 10 == waits_s
    await check_books(world)


async def test_running_streaks_run_on(world: World) -> None:
    """What is not due runs on, and the wait until the next look is no longer than until its time is over."""
    await world.grant("ann", 100)
    await world.send(world.order())
    now_s = await end_due_streaks(world.rooms, world.now_ms)
    later_s = await end_due_streaks(world.rooms, lambda: world.now_ms() + 4500)

    assert 0 == await ended(world, "main")
    assert LOOK_EVERY_S == now_s
    assert LOOK_AGAIN_S <= later_s <= 0.51


async def test_a_clock_ahead_ends_nothing_too_early(world: World) -> None:
    """A worker whose clock is ahead asks too early; the store does not end what still runs."""
    await world.grant("ann", 100)
    await world.send(world.order())
    wait_s = await end_due_streaks(world.rooms, lambda: world.now_ms() + 3_600_000)

    assert 0 == await ended(world, "main")
    assert LOOK_AGAIN_S == wait_s


async def test_no_streaks_no_hurry(world: World) -> None:
    """Where nothing runs, the next look is at the usual time."""
    assert LOOK_EVERY_S == await end_due_streaks(world.rooms, world.now_ms)
