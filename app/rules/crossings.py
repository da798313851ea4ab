"""A gift on its way between two partitions, as an outbox has it: what was paid, and what its room is to be told."""

from __future__ import annotations

import msgspec

from app.rules.entries import Gift
from app.rules.gift_steps import GiftClosed, GiftCredited, GiftDelivered, GiftPaid, GiftReturned
from app.rules.gifts import GiftOrder

GUEST = "guest "
"""How the name begins under which a guest's diamonds lie in an outbox; see lib/outbox.lua."""
GiftEntry = Gift | GiftPaid | GiftClosed | GiftReturned
"""What the journal of a gift's sender says of it."""
KIND_LENGTH = len('["gift"')
# Those with which the lines of all steps begin, their kind being one.
ENTRY_VALUES = 12


class Sent(msgspec.Struct, frozen=True, gc=False):
    """What an outbox has: its name there, the whole as the scripts pass it on, and what is known of the way.

    `at` is the room's partition, `bucket` that of the gift's id.
    """

    name: str
    value: bytes
    deadline_ms: int
    at: int
    bucket: int
    room: str
    receiver: str

    @property
    def is_guests(self) -> bool:
        """Whether it is on its way to a guest of the room, who lives elsewhere."""
        return self.name.startswith(GUEST)

    @property
    def sender(self) -> str:
        """Who has paid it."""
        return self._gift[0]

    @property
    def gift_id(self) -> str:
        """The gift's id."""
        return self._gift[1]

    @property
    def _gift(self) -> tuple[str, str]:
        sender, _, gift_id = self.name.removeprefix(GUEST).rpartition(":")
        return sender, gift_id

    def to_guest(self) -> Sent:
        """The same, delivered, on its way to the room's guest."""
        return msgspec.structs.replace(self, name=GUEST + self.name)

    def credit(self) -> GiftCredited:
        """What the guest gets, as an entry."""
        known, begin, _ = self.value.split(b"\n", 2)
        line = msgspec.json.decode(b"[%s]" % begin.strip(b","))
        gift_id, sender, receiver, room, gift, quantity, coins, milli, _, _, card = line
        return GiftCredited(
            id=gift_id,
            user=receiver,
            milli=milli,
            sender=sender,
            room=room,
            gift=gift,
            quantity=quantity,
            coins=coins,
            card=card,
            anonymous=known.split(b" ")[4] == b"1",
        )


def read_sent(name: str, value: bytes) -> Sent:
    """What stands in an outbox, read."""
    known = value[: value.index(b"\n")].decode().split(" ")
    return Sent(name, value, int(known[0]), int(known[7]), int(known[6]), known[8], known[9])


def sent_tail(order: GiftOrder, bucket: int, rooms_part: bytes) -> bytes:
    """What the outbox is to have of a gift that is paid, from the blank behind the level on; see lib/outbox.lua."""
    wire = order.wire
    known = f" {1 - wire.on_board} {wire.price_record} {bucket} {order.at} {order.room} {wire.receiver}"
    return f"{known}\n{wire.entry[KIND_LENGTH:]}\n".encode() + rooms_part


def sent_now(order: GiftOrder, bucket: int, head: bytes, tail: bytes) -> Sent:
    """What stands in an outbox now, of its two parts."""
    deadline_ms = int(head[: head.index(b" ")])
    return Sent(order.name, head + tail, deadline_ms, order.at, bucket, order.room, order.wire.receiver)


def restored_payment(n: int, paid: GiftPaid, line: str, deadline_ms: int, bucket: int) -> tuple[bytes, bytes]:
    """What the payer's outbox had of a gift, as far as its entry says it; it can be closed, and not be delivered."""
    known = f"{n} {paid.coins_left} 0 {_way(paid, bucket, paid.at)}"
    return f"{paid.sender}:{paid.id}".encode(), _value(deadline_ms, known, line)


def restored_credit(gift: GiftDelivered, line: str, deadline_ms: int, bucket: int, at: int) -> tuple[bytes, bytes]:
    """What the outbox of the room's partition `at` had for a guest elsewhere."""
    return f"{GUEST}{gift.sender}:{gift.id}".encode(), _value(deadline_ms, f"0 0 0 {_way(gift, bucket, at)}", line)


def _way(gift: GiftPaid | GiftDelivered, bucket: int, at: int) -> str:
    return f"{int(gift.anonymous)} |{gift.coins}|{gift.streamer_milli}| {bucket} {at} {gift.room} {gift.receiver}"


def _value(deadline_ms: int, known: str, line: str) -> bytes:
    """The lines of lib/outbox.lua."""
    values = msgspec.json.decode(line, type=list[msgspec.Raw])
    begin = "".join(f",{bytes(value).decode()}" for value in values[1:ENTRY_VALUES])
    return f"{deadline_ms} {known}\n{begin},\n".encode()


def record_of(n: int, gift: GiftEntry) -> str:
    """What is stored under the gift's id after that entry."""
    if isinstance(gift, GiftReturned):
        return f"X|{gift.why}"
    known = f"{gift.coins_left}|{gift.coins}|{gift.streamer_milli}"
    if isinstance(gift, GiftPaid):
        return f"E|{n}|{known}"
    paid_n = gift.paid_n if isinstance(gift, GiftClosed) else n
    return f"A|{paid_n}|{known}|{gift.streak or ''}|{gift.streak_count}"
