"""A streamer chooses what the boards of a room go by: coins, or the number of gifts."""

from __future__ import annotations

from app.rules.boards import By
from app.store import boards
from app.store.rooms import Rooms


async def choose_board(rooms: Rooms, room: str, by: By) -> None:
    """What the room's boards go by from now on.

    Raises:
        Refusal: `room_not_found` or `uninitialised`.
    """
    await boards.choose_board(rooms.standing, room, by)
