"""A room's goal is set or cleared, by its streamer or the platform."""

from __future__ import annotations

import secrets
from collections.abc import Container

from app.rules.goals import GoalView, NewGoal, goal_of
from app.store.rooms import Rooms


async def set_goal(rooms: Rooms, room: str, new: NewGoal, gifts: Container[str], now_ms: int) -> GoalView | None:
    """The room's goal after it was set: the one it had, where that is the same and is not reached.

    Raises:
        Refusal: `bad_goal`, `goal_in_past`, `unknown_gift`, `bad_request`, `room_not_found`, `room_not_live` or
            `uninitialised`.
    """
    return await rooms.put_goal(room, goal_of(new, secrets.token_hex(8), gifts, now_ms))


async def clear_goal(rooms: Rooms, room: str) -> None:
    """Clears the room's goal, if it has one.

    Raises:
        Refusal: `room_not_found` or `uninitialised`.
    """
    await rooms.put_goal(room, None)
