"""The gifts that a room's log still has: found by their id, or the latest of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from app.base.errors import Refusal
from app.rules.messages import GiftSent, ShoutOut
from app.rules.room_gifts import RoomGift
from app.store.rooms import EVENT_JOIN, Rooms, read_message

ENTRIES_A_CALL = 250
GIFT, THANKS = b'{"type":"gift_sent"', b'{"type":"shout_out"'
# Of the log, which has five times as many: it is read for anyone who asks.
EVENTS_LOOKED_AT = 2_000


async def find_gift(rooms: Rooms, room: str, gift_id: str) -> GiftSent:
    """A gift of the room. Raises Refusal `unknown_gift_send` where its log has none of that id (any more)."""
    wanted = b'"id":%s' % msgspec.json.encode(gift_id)
    async for event in _backwards(rooms, room):
        if event.startswith(GIFT) and wanted in event:
            gift = msgspec.json.decode(event, type=GiftSent)
            if gift.id == gift_id:
                return replace(gift, message=UNSET) if await _wordless(rooms, room, [gift_id]) else gift
    raise Refusal("unknown_gift_send")


async def latest_gifts(rooms: Rooms, room: str, limit: int) -> list[RoomGift]:
    """The latest gifts, the newest first, and whether they were thanked for."""
    found: list[RoomGift] = []
    thanked: set[str] = set()
    looked_at = 0
    async for event in _backwards(rooms, room):
        looked_at += 1
        if len(found) == limit or looked_at > EVENTS_LOOKED_AT:
            break
        if event.startswith(THANKS):
            # Thanks come after their gift, so backwards they come first.
            shout_out = msgspec.json.decode(event, type=ShoutOut)
            if isinstance(shout_out.gift, msgspec.Struct):
                thanked.add(shout_out.gift.id)
        elif event.startswith(GIFT):
            gift = msgspec.json.decode(event, type=GiftSent)
            found.append(
                RoomGift(
                    id=gift.id,
                    at_ms=gift.at_ms,
                    sender=gift.sender,
                    gift=gift.gift,
                    quantity=gift.quantity,
                    coins=gift.coins,
                    message=gift.message,
                    thanked=gift.id in thanked,
                )
            )
    wordless = await _wordless(rooms, room, [gift.id for gift in found if gift.message is not UNSET])
    return [replace(gift, message=UNSET) if gift.id in wordless else gift for gift in found]


async def _wordless(rooms: Rooms, room: str, gift_ids: Sequence[str]) -> set[str]:
    """Those of the gifts whose words were taken off them."""
    if not gift_ids:
        return set()
    fields = [f"x {gift_id}" for gift_id in gift_ids]
    found = await rooms.store.call("HMGET", rooms.keys.moderation(room), *fields)
    return {gift_id for gift_id, taken in zip(gift_ids, found, strict=True) if taken is not None}


async def _backwards(rooms: Rooms, room: str) -> AsyncIterator[bytes]:
    """The events of a room's log, the newest first."""
    key, end = rooms.keys.log(room), b"+"
    while entries := await rooms.store.call("XREVRANGE", key, end, "-", "COUNT", ENTRIES_A_CALL):
        for _, (_, message) in entries:
            for event in reversed(read_message(message)[1].events.split(EVENT_JOIN)):
                yield event
        if len(entries) < ENTRIES_A_CALL:
            return
        end = b"(" + entries[-1][0]
