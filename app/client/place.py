"""Where a client is in a room's stream: what it has to say to go on there, and what comes next."""

from __future__ import annotations

from typing import Literal

from app.rules.commands import Resume

Step = Literal["next", "seen", "gap"]


class Place:
    """The epoch, and the offset of the last event that was taken."""

    __slots__ = ("epoch", "offset")

    def __init__(self) -> None:
        self.epoch = ""
        self.offset = 0

    def resume(self) -> Resume | None:
        """What the next hello says; None for a new picture."""
        return Resume(self.epoch, self.offset) if self.epoch else None

    def forget(self) -> None:
        """The next hello asks for a new picture."""
        self.epoch, self.offset = "", 0

    def begin(self, epoch: str, offset: int, *, recovered: bool) -> None:
        """A welcome. Where it recovers, what was missed follows as ordinary events: the own place stands."""
        if not recovered or epoch != self.epoch:
            self.epoch, self.offset = epoch, offset

    def step(self, first: int, last: int) -> Step:
        """Takes the events between two offsets, unless they were seen, or others are missing before them."""
        if first > self.offset + 1:
            return "gap"
        if last <= self.offset:
            return "seen"
        self.offset = last
        return "next"
