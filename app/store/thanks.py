"""Thanks to givers in the store: once for each gift, so many in a while, told to the room."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType

from app.base.errors import Refusal, refusal_of
from app.rules.messages import GiftSent, Sender, SentGift
from app.rules.room_gifts import ShoutOutView
from app.store.rooms import Rooms

THANKS_MAX, WHILE_MS = 10, 10_000
# As many as the log has events: one that it has not any more is not found, and so not thanked for again.
REMEMBERED, REMEMBERED_MS = 10_000, 400 * 86_400_000


async def say_thanks(rooms: Rooms, room: str, to: GiftSent | str, text: str | UnsetType) -> ShoutOutView:
    """Tells the room of thanks for a gift, or to a person who has given openly in it.

    Raises:
        Refusal: `rate_limited`, `unknown_gift_send`, `room_not_found` or `uninitialised`.
    """
    keys = rooms.keys
    gift: SentGift | UnsetType = UNSET
    if isinstance(to, GiftSent):
        gift_id, user_id, gift = to.id, "", SentGift(id=to.id, gift=to.gift, quantity=to.quantity)
        fields = _fields(user=to.sender, gift=gift, text=text)
    else:
        gift_id, user_id = "", to
        fields = _fields(text=text)
    names = [keys.totals, keys.room(room), keys.log(room), keys.board(room), keys.names]
    answer: bytes = await rooms.standing.run(
        "thank_giver",
        [*names, keys.thanked(room), keys.thanks_rate(room)],
        keys.channel(room),
        gift_id,
        user_id,
        fields,
        REMEMBERED,
        REMEMBERED_MS,
        THANKS_MAX,
        WHILE_MS,
    )
    kind, rest = answer[:1], answer[1:]
    if kind == b"R":
        raise refusal_of(rest.decode())
    if kind == b"L":
        raise Refusal("rate_limited", retry_ms=int(rest))
    user = to.sender if isinstance(to, GiftSent) else msgspec.json.decode(rest, type=Sender)
    return ShoutOutView(user=user, gift=gift, text=text, duplicate=kind == b"D")


def _fields(**values: object) -> bytes:
    """The rest of an event, from the comma to the brace."""
    told = {name: value for name, value in values.items() if value is not UNSET}
    return b"," + msgspec.json.encode(told)[1:] if told else b"}"
