from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.actions.streamer.set_goal import clear_goal, set_goal
from app.base.errors import Refusal, StoreError
from app.rules.goals import NewGoal
from app.rules.messages import GoalReached
from app.store.scripts import script
from app.store.server import StoreServer
from tests.books import check_books, read_log
from tests.fault_proxy import Fault, fault_proxy
from tests.shifted_store import kill
from tests.world import GIFTS, World, world_at

TEN = NewGoal(title="Ten", target=10)


async def reached(world: World) -> int:
    """How often the room was told that a goal is reached."""
    return sum(isinstance(event, GoalReached) for event in await read_log(world, "main"))


async def test_a_goal_is_set_and_cleared(world: World) -> None:
    """A goal that was set is the room's until it is cleared; one that cannot be leaves it as it was."""
    goal = await set_goal(world.rooms, "main", TEN, GIFTS, world.now_ms())
    with pytest.raises(Refusal, match="bad_goal"):
        await set_goal(world.rooms, "main", NewGoal(title="None", target=0), GIFTS, world.now_ms())
    assert goal == await world.rooms.goal("main")
    await clear_goal(world.rooms, "main")
    assert await world.rooms.goal("main") is None


@pytest.mark.parametrize("fault", [Fault.DROP_REQUEST, Fault.DROP_REPLY])
async def test_reached_once_where_the_answer_is_lost(short_path: Path, store_url: str, fault: Fault) -> None:
    """The connection breaks at the very gift that reaches the goal, which is sent again: it is reached once."""
    async with fault_proxy(store_url, short_path / "p.sock") as proxy, world_at(f"{proxy.url}?db=1") as world:
        await world.grant("ann", 100)
        await set_goal(world.rooms, "main", TEN, GIFTS, world.now_ms())
        await world.send(world.order(quantity=9))
        order = world.order()
        proxy.plan(fault, script("send_gifts").sha.encode())
        with pytest.raises(StoreError):
            await world.send(order)
        for _ in range(2):
            await world.send(order)

        assert 1 == await reached(world)
        await check_books(world)


async def test_reached_once_where_the_store_dies(short_path: Path) -> None:
    """The store is killed while the gift that reaches the goal is under way: gift and goal are there, or neither."""
    server = StoreServer(short_path / "d", say=lambda line: None)
    server.start()
    try:
        async with world_at(server.url) as world:
            await world.grant("ann", 100)
            await set_goal(world.rooms, "main", TEN, GIFTS, world.now_ms())
            await world.send(world.order(gift="balloon"))
            order = world.order(quantity=2)
            sending = asyncio.ensure_future(world.send(order))
            await asyncio.sleep(0)
            kill(server)
            await asyncio.gather(sending, return_exceptions=True)
            server.spawn()
            server.wait_ready()

            answers = [await world.send(order) for _ in range(2)]
            assert {"A|3|89|2|2000|3|2"} == {answer[1:] for (answer,) in answers}
            assert 1 == await reached(world)
            goal = await world.rooms.goal("main")
            assert goal is not None
            assert (11, True) == (goal.progress, goal.reached)
            await check_books(world)
    finally:
        server.stop()
