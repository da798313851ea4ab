from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.messages import Rank
from app.store.boards import choose_board, place_json, show_on_boards
from app.store.everywhere import places_json
from tests.rules.shapes import strictly, strictly_all
from tests.world import World


async def top(world: World, board: int = 10) -> list[tuple[str | None, int, object]]:
    """The room's board: user, coins and gifts."""
    found = strictly_all((await world.rooms.picture("main", board)).board, Rank)
    return [(rank.user.id, rank.coins, getattr(rank, "gifts", None) or None) for rank in found]


async def test_whoever_left_is_not_on_a_live_board(world: World) -> None:
    """Who leaves the boards is off at once, others move up, and who comes back has what was given meanwhile."""
    for i in range(6):
        await world.grant(f"v{i}", 100)
        await world.send(world.order(f"v{i}", quantity=i + 1))
    for user in ("v5", "v4", "v2"):
        await show_on_boards(world.standing, user, False)
    await world.send(world.order("v5"))

    assert ["v3", "v1"] == [user for user, _, _ in await top(world, 2)]
    assert ["v3", "v1", "v0"] == [user for user, _, _ in await top(world)]
    for user in ("v5", "v4", "v2"):
        await show_on_boards(world.standing, user, True)
    assert ("v5", 7) == (await top(world))[0][:2]


async def test_a_board_by_gifts(world: World) -> None:
    """A board that goes by the number of gifts counts from when that was chosen; the coins count all along."""
    await world.grant("ann", 1000)
    await world.grant("bob", 1000)
    await world.send(world.order("bob", gift="swan"))
    await choose_board(world.standing, "main", "gifts")
    await world.send(world.order("ann", quantity=3), world.order("bob"), world.order("bob", anonymous=True))

    assert [("ann", 3, 3), ("bob", 700, 1)] == await top(world)
    assert "gifts" == (await world.rooms.get("main")).board_by
    await choose_board(world.standing, "main", "coins")
    assert ["bob", "ann"] == [user for user, _, _ in await top(world)]
    with pytest.raises(Refusal, match="room_not_found"):
        await choose_board(world.standing, "nowhere", "gifts")


async def test_people_have_the_level_of_today(world: World) -> None:
    """A place has the name that is known, or the id, and the level that all that was given comes to."""
    known = b'{"id":"ann","name":"Ann","level":1}'
    assert 2 == strictly(place_json(b"ann", known, b"250", 7), Rank).user.level
    await world.grant("ann", 1000)
    await world.send(world.order(gift="swan"))
    ann, zoe = strictly_all(await places_json(world.partitions, [("ann", 1, 9), ("zoe", 2, 5)], "gifts"), Rank)
    assert ("Ann", 3, 1, 9) == (ann.user.name, ann.user.level, ann.gifts, ann.coins)
    assert ("zoe", 2) == (zoe.user.name, zoe.gifts)
    assert b"[]" == await places_json(world.partitions, [], "coins")
