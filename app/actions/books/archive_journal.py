"""Moves the journal from the store into the archive: reads on from the archive's cursor, writes, lets the store trim.

Whatever dies between any two steps, and however many do it at once: the archive has each entry once, and the store
drops only what the archive has.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursor
from app.archive.recorder import Recorder
from app.base.clock import Clock
from app.base.errors import BooksBroken
from app.rules.replay import Read
from app.store.journal import Journal

# So many entries stay in the store's journal: for those who follow it, and those who look at it by hand.
KEPT = 10_000
TRIMS_A_STEP = 50


class Step(NamedTuple):
    """What a step did: entries archived, how many more wait, and how long the oldest of those archived had waited."""

    archived: int
    waiting: int
    waited_ms: int


class Archiver:
    """The archiver of one partition; two at once do no harm.

    Args:
        clock: the ledger's.
        on_archived: told of what was written here, once it is and the store knows.
    """

    def __init__(
        self,
        journal: Journal,
        archive: Archive,
        recorder: Recorder,
        clock: Clock,
        on_archived: Callable[[Sequence[Read]], Awaitable[None]] | None = None,
    ) -> None:
        self._journal = journal
        self._archive = archive
        self._recorder = recorder
        self._clock = clock
        self._on_archived = on_archived

    async def step(self) -> Step:
        """Archives what is there, some thousand entries at most.

        Raises:
            BooksBroken: the journal does not continue the archive.
            ArchiveError: the archive cannot be used now.
            StoreError: the store cannot be used now.
            Refusal: `uninitialised`.
        """
        # In this order: others may go on meanwhile.
        cursor = await self._archive.read(read_cursor, self._journal.partition)
        end = await self._journal.end()
        if cursor.n > end.n:
            raise BooksBroken(f"the archive goes to n {cursor.n}, the store to n {end.n} only: it has lost entries")
        if cursor.term > end.term:
            raise BooksBroken(f"the archive is of the ledger's term {cursor.term}, the store of an older, {end.term}")
        before, waited_ms = cursor, 0
        written: Sequence[Read] = ()
        if cursor.n < end.n:
            # What the archive has and the store loses would have to be healed before another gift is taken.
            placed = await self._journal.kept_after(cursor.n, cursor.stream_id)
            first = placed[0][1] if placed else None
            if first is None or first.first > cursor.n + 1:
                await self._explain_gap(cursor, first.first if first else end.n + 1)
            cursor = await self._archive.write(self._recorder.record, placed, end.term)
            waited_ms = self._clock() - first.at_ms if first else 0
            # What another archiver wrote is told by that one.
            written = self._recorder.written
        if cursor.n > end.archived:
            await self._journal.note_archived(cursor.n)
        if written and self._on_archived is not None:
            await self._on_archived(written)
        return Step(cursor.n - before.n, max(0, end.n - cursor.n), waited_ms)

    async def trim(self) -> int:
        """Lets the store drop what is archived and old enough; how many entries. Raises as `step` does."""
        dropped = 0
        up_to = (await self._archive.read(read_cursor, self._journal.partition)).n - KEPT
        for _ in range(TRIMS_A_STEP):
            just_now = await self._journal.trim(up_to)
            if not just_now:
                break
            dropped += just_now
        return dropped

    async def _explain_gap(self, cursor: Cursor, first: int) -> None:
        # Another archiver may have come further, and trimmed, since the cursor was read.
        if (await self._archive.read(read_cursor, self._journal.partition)).n == cursor.n:
            raise BooksBroken(
                f"the archive goes to n {cursor.n}, the store's journal begins at n {first}: entries are missing"
            )
