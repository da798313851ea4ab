from __future__ import annotations

from app.actions.streamer.choose_board import choose_board
from tests.world import World


async def test_a_room_keeps_what_was_chosen(world: World) -> None:
    """A room's boards go by coins until something else is chosen."""
    assert "coins" == (await world.rooms.get("main")).board_by
    await choose_board(world.rooms, "main", "gifts")
    assert ("gifts", "coins") == tuple([(await world.rooms.get(room)).board_by for room in ("main", "side")])
