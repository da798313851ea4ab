"""A gift on its way between two partitions, as an outbox has it: what was paid, and what its room is to be told."""

from __future__ import annotations

import msgspec

from app.rules.gifts import WireGift

GUEST = b"guest "
"""How the name begins under which a guest's diamonds lie in an outbox; see lib/outbox.lua."""


class Crossing(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What `pay_gifts.lua` has packed: n of the payment and the coins left, the level that it led to or 0, where to.

    `at` is the room's partition, `bucket` that of the gift's id.
    """

    n: int
    coins_left: int
    level: int
    room: str
    at: int
    bucket: int
    gift: WireGift

    @property
    def name(self) -> str:
        """Its name in the payer's outbox."""
        return f"{self.gift.sender}:{self.gift.id}"


_decode = msgspec.msgpack.Decoder(Crossing).decode


class Sent(msgspec.Struct, frozen=True, gc=False):
    """What an outbox has under one name: the crossing, until when it may arrive, and both as scripts pass them on."""

    value: bytes
    deadline_ms: int
    crossing: Crossing

    def until(self, deadline_ms: int) -> Sent:
        """The same with another deadline."""
        return Sent(b"%d %s" % (deadline_ms, self.value.partition(b" ")[2]), deadline_ms, self.crossing)


def read_sent(value: bytes) -> Sent:
    """What stands in an outbox, read."""
    deadline, _, packed = value.partition(b" ")
    return Sent(value, int(deadline), _decode(packed))
