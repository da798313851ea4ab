"""A worker's sessions in groups, of which one is due each second: a timer wheel (Varghese and Lauck, 1987)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from app.edge.live.session import Session


class Wheel:
    """All sessions of a worker, spread over `turns` groups."""

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
        """Adds a new session."""
        self._slots[self._slot_of(session)].add(session)
        self._count += 1

    def discard(self, session: Session) -> None:
        """Removes a session."""
        slot = self._slots[self._slot_of(session)]
        if session in slot:
            slot.remove(session)
            self._count -= 1

    def turn(self) -> tuple[Session, ...]:
        """Moves on to the next group and returns its sessions; after `turns` calls each session was returned once."""
        self._at = (self._at + 1) % self._turns
        return tuple(self._slots[self._at])

    def _slot_of(self, session: Session) -> int:
        # The memory address is spread evenly enough, and the session needs no field for it.
        return id(session) // 64 % self._turns
