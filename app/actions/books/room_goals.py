"""Counts the rooms' goals anew from the books, and holds what the store and the logs say of them against that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from app.archive import restore
from app.archive.archive import Archive
from app.archive.rooms import some_rooms
from app.rules.entries import ShownGift
from app.rules.goals import KeptGoal
from app.rules.replay import Read
from app.store.audit import Audit, StoredGoal

ROOMS_A_PAGE = 500
GIFTS_A_PAGE = 5000


class Counted:
    """A goal that a room has, and how far it has come by the gifts that were counted.

    Attributes:
        progress: so far.
        reached_at: the offset at which that is to be told, right behind its gift, and how far the gift brought it.
    """

    def __init__(self, stored: StoredGoal) -> None:
        self.stored = stored
        self.progress = 0
        self.reached_at: tuple[int, int] | None = None

    def see(self, n: int, at_ms: int, gift: ShownGift) -> None:
        """Counts a gift to the room: one from before the goal was set, or after it was looked at, is none of it."""
        goal = self.stored.goal
        if not goal.since_n < n <= self.stored.n:
            return
        before, self.progress = self.progress, self.progress + goal.counts(gift, at_ms)
        if before < goal.target <= self.progress:
            self.reached_at = gift.offset + 1, self.progress


class RoomGoals:
    """The goals of all rooms of a partition, as the store had them when the proof began: gifts until then count.

    Attributes:
        counted: by room.
    """

    def __init__(self, partition: int = 0) -> None:
        self.counted: dict[str, Counted] = {}
        self._partition = partition
        self._archived: dict[str, KeptGoal] = {}
        self._seen_n = 0
        self._first: dict[str, int] = {}
        self._told: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)

    async def begin(self, audit: Audit, archive: Archive) -> None:
        """Finds the goals of all rooms that store or archive know of. Raises ArchiveError, StoreError."""
        after = ""
        rooms = set(await audit.live_rooms())
        while kept := await archive.read(some_rooms, after, ROOMS_A_PAGE):
            after = kept[-1].lasting.room.id
            for one in kept:
                rooms.add(one.lasting.room.id)
                if one.lasting.room.goal is not None:
                    self._archived[one.lasting.room.id] = one.lasting.room.goal
        self.counted = {room: Counted(stored) for room, stored in (await audit.goals(sorted(rooms))).items()}

    async def look_back(self, archive: Archive, up_to: int) -> None:
        """Counts what the archive has up to that entry. Raises ArchiveError."""
        at = min((one.stored.goal.since_n for one in self.counted.values()), default=up_to)
        while gifts := await archive.read(restore.gifts_with_times, at, up_to, GIFTS_A_PAGE, self._partition):
            at = gifts[-1][0]
            for n, at_ms, gift in gifts:
                if (counted := self.counted.get(gift.room)) is not None:
                    counted.see(n, at_ms, gift)
        self._seen_n = up_to

    def see(self, read: Read, at_ms: int) -> None:
        """Takes an entry of the books behind those, in their order, and when it was written."""
        self._seen_n = read.n
        if isinstance(read.entry, ShownGift) and (counted := self.counted.get(read.entry.room)) is not None:
            counted.see(read.n, at_ms, read.entry)

    def hear(self, room: str, said: Mapping[str, Any]) -> None:
        """Takes an event of a room's log, in their order."""
        self._first.setdefault(room, said["offset"])
        if said["type"] == "goal_reached":
            self._told[room, said["goal"]["id"]].append((said["offset"], said["goal"]["progress"]))

    def compare(self, problem: Callable[[str], None]) -> None:
        """Tells what is wrong in the goals of all rooms."""
        for (room, goal), told in self._told.items():
            if len(told) > 1:
                problem(
                    f"room {room}: goal {goal} is told to be reached at the offsets {[offset for offset, _ in told]}"
                )
        for room, counted in self.counted.items():
            # Where entries are missing there is nothing to hold it against.
            if counted.stored.n <= self._seen_n:
                for text in self._wrong_in(room, counted):
                    problem(f"room {room}: goal {counted.stored.goal.id}: {text}")

    def _wrong_in(self, room: str, counted: Counted) -> list[str]:
        stored, wrong = counted.stored, []
        goal, archived = stored.goal, self._archived.get(room)
        if (stored.progress, stored.reached) != (counted.progress, counted.reached_at is not None):
            is_reached = "reached" if stored.reached else "not reached"
            wrong.append(
                f"the store has {stored.progress} of {goal.target}, {is_reached}, the journal {counted.progress}"
            )
        # A rebuild that accepted a loss has set it behind an earlier entry than the archive says until it is copied.
        if archived is not None and archived.id == goal.id and archived != goal and archived.since_n <= stored.n:
            wrong.append("the store has another one under that id than the archive")
        # What was told after the goal was looked at, and what the log does not go back to, is not known here.
        told = [one for one in self._told.get((room, goal.id), ()) if one[0] <= stored.offset]
        expected = [counted.reached_at] if counted.reached_at and room in self._first else []
        expected = [one for one in expected if self._first[room] <= one[0]]
        if told != expected:
            wrong.append(f"it is told to be reached at (offset, progress) {told}, by the journal it was at {expected}")
        return wrong
