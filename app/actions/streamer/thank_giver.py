"""A streamer, or a video's creator, thanks somebody who gave."""

from __future__ import annotations

from app.base.errors import Refusal
from app.rules.room_gifts import ShoutOutView
from app.rules.shout_outs import ThanksRequest, checked_thanks
from app.store.room_gifts import find_gift
from app.store.rooms import Rooms
from app.store.thanks import say_thanks


async def thank_giver(rooms: Rooms, room: str, thanks: ThanksRequest) -> ShoutOutView:
    """Tells the whole room of it, once for each gift: what was thanked for before is a duplicate.

    Raises:
        Refusal: `bad_request`, `link_in_words`, `unknown_gift_send`, `rate_limited`, `room_not_found` or
            `uninitialised`.
    """
    text = checked_thanks(thanks)
    if thanks.gift is None:
        return await say_thanks(rooms, room, thanks.user or "", text)
    gift = await find_gift(rooms, room, thanks.gift)
    if thanks.user not in (None, gift.sender.id):
        raise Refusal("unknown_gift_send", "This gift is somebody else's.")
    return await say_thanks(rooms, room, gift, text)
