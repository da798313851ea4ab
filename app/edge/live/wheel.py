"""The wheel of a worker's sessions: each second it shows those whose turn it is, and no others are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.edge.live.session import Session


class Wheel:
    """All sessions of a worker, spread over `turns`."""

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._at = 0
        self._slots: defaultdict[int, set[Session]] = defaultdict(set)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Session]:
        for slot in self._slots.values():
            yield from slot

    def add(self, session: Session) -> None:
        """Puts a new session on the wheel."""
        self._slots[self._slot_of(session)].add(session)
        self._count += 1

    def discard(self, session: Session) -> None:
        """Takes a session off the wheel."""
        slot = self._slots[self._slot_of(session)]
        if session in slot:
            slot.remove(session)
            self._count -= 1

    def turn(self) -> tuple[Session, ...]:
        """Goes on by one slot, and gives the sessions there; after `turns` each had its turn."""
        self._at = (self._at + 1) % self._turns
        return tuple(self._slots[self._at])

    def _slot_of(self, session: Session) -> int:
        # Where it lies in memory is as even as chance, and needs no room in the session.
        return id(session) // 64 % self._turns
