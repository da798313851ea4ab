"""What the journals say of gifts that go from one partition to another, and what must hold of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

Key = tuple[str, str]
Level = tuple[str, int]
T = TypeVar("T")

GUEST = "guest "


class Crossed:
    """The steps of gifts by sender and id: of one partition, or of all."""

    def __init__(self) -> None:
        self._paid: dict[Key, tuple[int, list[Any]]] = {}
        self._delivered: dict[Key, tuple[int, list[Any]]] = {}
        self._closed: dict[Key, list[Any]] = {}
        self._returned: dict[Key, list[Any]] = {}
        self._credited: dict[Key, list[Any]] = {}
        self._reached: dict[Key, int] = {}

    def paid(self, n: int, entry: list[Any], level: int | None) -> None:
        """It is paid, and its sender came to a level by that."""
        note(self._paid, key_of(entry), (n, entry))
        if level is not None:
            self._reached[key_of(entry)] = level

    def delivered(self, n: int, entry: list[Any]) -> None:
        """It has arrived."""
        note(self._delivered, key_of(entry), (n, entry))

    def closed(self, entry: list[Any]) -> None:
        """Its coins are spent."""
        note(self._closed, key_of(entry), entry)

    def returned(self, entry: list[Any]) -> None:
        """Its coins came back."""
        note(self._returned, key_of(entry), entry)

    def credited(self, gift_id: str, user: str, fields: Sequence[Any]) -> None:
        """A guest has the diamonds."""
        milli, sender, room, gift, quantity, coins, card, anonymous = fields
        note(self._credited, (sender, gift_id), [user, room, gift, quantity, coins, milli, card, anonymous])

    @classmethod
    def check(cls, partitions: Sequence[Crossed], outboxes: Sequence[Sequence[str]]) -> Crossed:
        """Each step is taken once, behind the one that it follows, and has what that has; what is on its way lies.

        Args:
            partitions: the steps that were taken in each.
            outboxes: the names of what lies in each.
        """
        whole = cls()
        for one, lying in zip(partitions, outboxes, strict=True):
            for steps, found in zip(vars(whole).values(), vars(one).values(), strict=True):
                for key, value in found.items():
                    note(steps, key, value)
            gifts = {name for name in lying if not name.startswith(GUEST)}
            assert gifts == {":".join(key) for key in one._paid.keys() - one._closed.keys() - one._returned.keys()}
        whole._hold()
        waiting = {name.removeprefix(GUEST) for lying in outboxes for name in lying if name.startswith(GUEST)}
        elsewhere = {key for key, (_, entry) in whole._delivered.items() if entry[13]}
        assert {":".join(key) for key in elsewhere - whole._credited.keys()} <= waiting
        assert waiting <= {":".join(key) for key in elsewhere}
        return whole

    def _hold(self) -> None:
        for key, (_, entry) in self._delivered.items():
            assert entry[1:12] == self._paid[key][1][1:12]
            assert entry[16:] == self._paid[key][1][14:]
            assert key not in self._returned
        for key, entry in self._closed.items():
            (n, paid), (delivered_n, delivered) = self._paid[key], self._delivered[key]
            assert entry[1:12] == paid[1:12]
            assert entry[12:] == [delivered[12], paid[12], *delivered[14:16], paid[14:] == [True], n, delivered_n]
        for key, entry in self._returned.items():
            n, paid = self._paid[key]
            assert entry[1:12] == paid[1:12]
            assert entry[16:] == [paid[14:] == [True], n]
        for key, credit in self._credited.items():
            _, entry = self._delivered[key]
            assert entry[13] is True
            assert credit == [*entry[3:9], entry[11], entry[16:] == [True]]

    @property
    def unspent(self) -> int:
        """Coins of gifts that have arrived, and are not closed."""
        return sum(entry[7] for key, (_, entry) in self._delivered.items() if key not in self._closed)

    @property
    def uncredited_milli(self) -> int:
        """Milli-diamonds of guests who have not got them yet."""
        return sum(entry[8] for key, (_, entry) in self._delivered.items() if entry[13] and key not in self._credited)

    @property
    def levels(self) -> dict[tuple[str, int], Level]:
        """The levels that senders came to, by the room and the offset of the gift's event."""
        shown = {key: entry for key, (_, entry) in self._delivered.items() if key in self._reached}
        return {(entry[4], entry[12]): (key[0], self._reached[key]) for key, entry in shown.items()}


def key_of(entry: list[Any]) -> Key:
    """Whose gift that step is of, and which."""
    return entry[2], entry[1]


def note(steps: dict[Key, T], key: Key, step: T) -> None:
    """Notes a step, which is taken once."""
    assert key not in steps
    steps[key] = step
