from __future__ import annotations

import msgspec

from app.rules.messages import Sender
from app.rules.room_gifts import RoomGift


def test_a_gift_without_words_says_none() -> None:
    """What was not said is left out; an anonymous giver has neither id nor name."""
    nobody = Sender(id=None, name=None)
    gift = RoomGift(id="g", at_ms=1, sender=nobody, gift="heart", quantity=2, coins=10, thanked=False)

    assert {
        "id": "g",
        "at_ms": 1,
        "sender": {"id": None, "name": None},
        "gift": "heart",
        "quantity": 2,
        "coins": 10,
        "thanked": False,
    } == msgspec.to_builtins(gift)
