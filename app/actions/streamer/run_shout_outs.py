"""Shout-outs, the words on dear gifts, are run from a room's studio: how they are read out, and which of them."""

from __future__ import annotations

import msgspec

from app.base.errors import Refusal
from app.rules.messages import GiftSent
from app.rules.rooms import Member
from app.rules.shout_outs import Decision, ShoutOutDecided, ShoutOutSettings
from app.store import overlays
from app.store.room_gifts import find_gift
from app.store.rooms import Rooms


async def change_shout_outs(rooms: Rooms, room: str, settings: ShoutOutSettings) -> None:
    """How the room's shout-outs are read out from now on; its overlays are told.

    Raises:
        Refusal: `room_not_found` or `uninitialised`.
    """
    await overlays.put_shout_outs(rooms.standing, room, settings)


async def find_shout_out(rooms: Rooms, room: str, gift_id: str, from_coins: int) -> tuple[GiftSent, str]:
    """A gift that came with words to be read out, and the words.

    Raises:
        Refusal: `no_shout_out`, `unknown_gift_send`, `room_not_found` or `uninitialised`.
    """
    await rooms.get(room)
    gift = await find_gift(rooms, room, gift_id)
    if not isinstance(gift.message, str) or gift.coins < from_coins:
        raise Refusal("no_shout_out")
    return gift, gift.message


async def decide_shout_out(rooms: Rooms, room: str, gift_id: str, decision: Decision, from_coins: int) -> None:
    """Tells the room's overlays what becomes of the words of a gift. Raises as `find_shout_out` does."""
    gift, text = await find_shout_out(rooms, room, gift_id, from_coins)
    sender = None
    if gift.sender.id is not None and gift.sender.name is not None:
        sender = Member(gift.sender.id, gift.sender.name)
    decided = ShoutOutDecided(gift=gift.id, decision=decision, sender=sender, text=text)
    await overlays.tell_overlays(rooms.standing, room, msgspec.json.encode(decided))
