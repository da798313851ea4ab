"""Leaderboards in the store: what a room's goes by, who has left them all, and what is shown of people on them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.base.errors import refusal_of
from app.rules import levels
from app.rules.boards import By
from app.store.standing import Standing

_LEVEL = re.compile(rb',"level":\d+$')


def place_json(user: bytes, person: bytes | None, given: int, coins: int, gifts: int | None = None) -> bytes:
    """A place on a board. `person` is the JSON that is known of the name, whose level is that of some gift before."""
    known = _LEVEL.sub(b"", person[:-1]) if person else b'{"id":"%s","name":"%s"' % (user, user)
    level = levels.load().of(given)
    shown = known + (b',"level":%d}' % level if level else b"}")
    return b'{"user":%s,"coins":%d%s}' % (shown, coins, b"" if gifts is None else b',"gifts":%d' % gifts)


async def choose_board(standing: Standing, room: str, by: By) -> None:
    """What the room's board goes by from now on; one by gifts counts from the first time on.

    Raises:
        Refusal: `room_not_found` or `uninitialised`.
    """
    keys = standing.keys
    answer: bytes = await standing.run("set_board", [keys.totals, keys.room(room)], by)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())
    await _tell(standing)


async def show_on_boards(standing: Standing, user: str, shown: bool) -> None:
    """Takes somebody off all boards, or puts them back; every worker is told."""
    await standing.store.call("SREM" if shown else "SADD", standing.keys.left_boards, user)
    await _tell(standing)


async def places_json(standing: Standing, places: Sequence[tuple[str, int, int]], by: By) -> bytes:
    """The JSON of places on a board: user, gifts and coins of each."""
    users = [user for user, _, _ in places]
    if not users:
        return b"[]"
    call, keys = standing.store.call, standing.keys
    names, given = await call("HMGET", keys.names, *users), await call("HMGET", keys.given, *users)
    lines = [
        place_json(user.encode(), name, int(all_coins or 0), coins, gifts if by == "gifts" else None)
        for (user, gifts, coins), name, all_coins in zip(places, names, given, strict=True)
    ]
    return b"[" + b",".join(lines) + b"]"


async def _tell(standing: Standing) -> None:
    await standing.store.publish(standing.keys.boards_channel, b"changed")
