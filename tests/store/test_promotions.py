from __future__ import annotations

import asyncio

import msgspec
import pytest

from app.base.errors import Refusal
from app.store.promotions import Counted, Promotions
from tests.rules.test_promotions import RUNNING
from tests.world import World

PROMOTION = msgspec.structs.replace(RUNNING, started_ms=2**41, ends_ms=2**41 + 3_600_000)


async def test_it_is_put_once(world: World) -> None:
    """A promotion that runs already stays as it is; one that the store has lost goes on from what was kept."""
    running = Promotions(world.rooms.standing)
    assert {} == await running.counted(["m1"])
    kept = msgspec.structs.replace(PROMOTION, delivered=7)
    await asyncio.gather(*(running.put(kept, "buyer", {0: 3, 2: 4}) for _ in range(5)))
    await running.put(PROMOTION, "buyer", {})

    assert {"m1": Counted(7, {0: 3, 2: 4})} == await running.counted(["m0", "m1"])
    assert ["m1"] == await running.ids()


async def test_the_first_reason_stays(world: World) -> None:
    """Stopped once, it says why whoever asks; then it is forgotten, and none is there."""
    running = Promotions(world.rooms.standing)
    await running.put(PROMOTION, "buyer", {})
    stopped = [await running.stop("m1", why) for why in ("room_ended", "time_over")]

    assert [Counted(0, {}, "room_ended")] * 2 == stopped
    assert ["m1"] == await running.ids()
    await running.forget("m1")
    assert [] == await running.ids()
    assert None is await running.stop("m1", "time_over")
    assert {} == await running.counted(["m1"])


async def test_a_foreign_store_counts_nothing(world: World) -> None:
    """A store that was emptied is no place to run, nor one where a promotion has ended."""
    running = Promotions(world.rooms.standing)
    await world.store.call("FLUSHDB")
    for work in (running.put(PROMOTION, "buyer", {}), running.counted(["m1"]), running.stop("m1", "time_over")):
        with pytest.raises(Refusal, match="uninitialised"):
            await work
    await world.be_born()
