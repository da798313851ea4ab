"""A gift on its way between two partitions, as an outbox has it: what was paid, and what its room is to be told."""

from __future__ import annotations

import msgspec

GUEST = "guest "
"""How the name begins under which a guest's diamonds lie in an outbox; see lib/outbox.lua."""


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

    def to_guest(self, deadline_ms: int) -> Sent:
        """The same on its way to the room's guest, until another deadline."""
        return read_sent(GUEST + self.name, b"%d %s" % (deadline_ms, self.value.partition(b" ")[2]))


def read_sent(name: str, value: bytes) -> Sent:
    """What stands in an outbox, read."""
    known = value.partition(b"\n")[0].decode().split(" ")
    deadline, bucket, at, room, receiver = known[0], *known[6:]
    return Sent(name, value, int(deadline), int(at), int(bucket), room, receiver)
