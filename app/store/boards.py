"""Leaderboards in the store: what a room's goes by, who has left them all, and what is shown of people on them."""

from __future__ import annotations

import re

from app.base.errors import refusal_of
from app.rules import levels
from app.rules.boards import By
from app.store.standing import Standing

_LEVEL = re.compile(rb',"level":\d+$')


def place_json(user: bytes, person: bytes | None, given: bytes | None, coins: int, gifts: int | None = None) -> bytes:
    """A place on a board.

    `person` is the JSON that is known of the name, whose level is that of some gift before; `given` is what the person
    has given in all. Where that is not known, the level stays.
    """
    shown = person or b'{"id":"%s","name":"%s"}' % (user, user)
    if given is not None:
        level = levels.load().of(int(given))
        shown = _LEVEL.sub(b"", shown[:-1]) + (b',"level":%d}' % level if level else b"}")
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
    """Takes somebody off all boards of this partition's rooms, or puts them back; every worker is told."""
    await standing.store.call("SREM" if shown else "SADD", standing.keys.left_boards, user)
    await _tell(standing)


async def _tell(standing: Standing) -> None:
    await standing.store.publish(standing.keys.boards_channel, b"changed")
