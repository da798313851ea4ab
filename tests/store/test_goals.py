from __future__ import annotations

from typing import Any

import pytest

from app.base.errors import Refusal
from app.rules.goals import Goal, GoalView
from app.rules.messages import GoalChanged, GoalReached
from app.store.goals import put_goal, view_of
from tests.books import check_books, read_log
from tests.world import World


def goal(goal_id: str = "g1", **changed: Any) -> Goal:
    """A goal of ten coins."""
    return Goal(**{"id": goal_id, "title": 'A "first"', "target": 10, "gift": None, "ends_ms": None, **changed})


async def told(world: World) -> list[Any]:
    """What the room was told of goals."""
    return [event for event in await read_log(world, "main") if isinstance(event, GoalChanged | GoalReached)]


async def progress(world: World) -> tuple[int, bool]:
    """How far the room's goal has come, and whether it is reached."""
    view = await world.rooms.goal("main")
    assert view is not None
    assert view_of(None) is None
    return view.progress, view.reached


async def test_a_goal_is_set_told_and_cleared(world: World) -> None:
    """A goal is in the room's picture and told once when it is set and when it is cleared."""
    expected = GoalView(id="g1", title='A "first"', target=10, gift=None, ends_ms=None, progress=0, reached=False)

    assert expected == await put_goal(world.standing, "main", goal())
    assert expected == await world.rooms.goal("main")
    assert b'"progress":0' in (await world.rooms.picture("main")).goal
    for _ in range(2):
        assert await put_goal(world.standing, "main", None) is None
    assert [expected, None] == [event.goal for event in await told(world)]
    assert b"null" == (await world.rooms.picture("main")).goal


async def test_the_same_goal_again_goes_on(world: World) -> None:
    """A goal that is set again as it is keeps its progress; another one, or one that was reached, begins at nothing."""
    await world.grant("ann", 100)
    await put_goal(world.standing, "main", goal())
    await world.send(world.order(quantity=4))

    again = await put_goal(world.standing, "main", goal("g2"))
    assert again is not None
    assert ("g1", 4) == (again.id, again.progress)
    other = await put_goal(world.standing, "main", goal("g3", target=5))
    assert other is not None
    assert ("g3", 0) == (other.id, other.progress)
    await world.send(world.order(quantity=5))
    assert (5, True) == await progress(world)
    await put_goal(world.standing, "main", goal("g4", target=5))
    assert (0, False) == await progress(world)


async def test_one_gift_reaches_it(world: World) -> None:
    """The gift that reaches a goal says so; what comes after it counts on, and the goal is never reached again."""
    await world.grant("ann", 100)
    await put_goal(world.standing, "main", goal())
    await world.send(*(world.order(quantity=3) for _ in range(3)))
    reaching = world.order(gift="applause")
    await world.send(reaching, world.order(gift="heart"), world.order(quantity=2))
    await world.send(reaching, world.order())

    events = (await told(world))[1:]
    assert [("goal_changed", 9), ("goal_reached", 10), ("goal_changed", 17), ("goal_changed", 18)] == [
        (event.__struct_config__.tag, event.goal.progress) for event in events
    ]
    assert "ann" == events[1].sender.id
    assert (18, True) == await progress(world)
    await check_books(world)


async def test_anonymous_gifts_reach_it_without_a_name(world: World) -> None:
    """An anonymous gift counts, and whoever reaches a goal with one is not named."""
    await world.grant("ann", 100)
    await put_goal(world.standing, "main", goal())
    await world.send(world.order(gift="doughnut", anonymous=True))

    (_, reached) = await told(world)
    assert (None, None) == (reached.sender.id, reached.sender.name)


async def test_so_many_of_a_gift(world: World) -> None:
    """A goal of a gift counts that gift alone, by how many there are."""
    await world.grant("ann", 1000)
    await put_goal(world.standing, "main", goal(gift="heart", target=3))
    await world.send(world.order(), world.order(gift="heart", quantity=2), world.order(gift="coffee", quantity=9))
    assert (2, False) == await progress(world)
    await world.send(world.order(gift="heart"))
    assert (3, True) == await progress(world)


async def test_after_its_end_nothing_counts(world: World) -> None:
    """Gifts after a goal's end are gifts, and count towards nothing."""
    await world.grant("ann", 100)
    await put_goal(world.standing, "main", goal(ends_ms=world.now_ms() - 1))
    await world.send(world.order(quantity=20))
    assert (0, False) == await progress(world)


async def test_refusals(world: World) -> None:
    """A room that there is not has no goal, and one that has ended gets none."""
    with pytest.raises(Refusal, match="room_not_found"):
        await put_goal(world.standing, "nowhere", goal())
    await world.rooms.change("main", ',"room":{}}', {"status": "ended"})
    with pytest.raises(Refusal, match="room_not_live"):
        await put_goal(world.standing, "main", goal())
