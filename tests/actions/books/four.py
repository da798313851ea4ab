"""A ledger of four partitions with an archive, as the bookkeeper keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.actions.books.look_up import look_up_in
from app.actions.verify_ledger import Report, verify_ledger
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors, read_cursor
from app.archive.recorder import Recorder
from app.base.clock import since_boot_ns
from app.store.audit import Audit
from app.store.client import Store
from app.store.journal import Journal
from loadtest.crossing_world import EPOCH, P, Worker, be_born

HOLD_MS = 20_000


class Four:
    """The ledger, a worker of it, and its books."""

    def __init__(self, store: Store, archive: Archive, worker: Worker) -> None:
        self.store = store
        self.archive = archive
        self.worker = worker

    def begin_anew(self) -> Worker:
        """The worker from now on is one that knows nothing yet."""
        self.worker = Worker(self.store, since_boot_ns, look_up=look_up_in(self.archive))
        return self.worker

    async def archive_all(self, *partitions: int) -> None:
        """Archives what is in the journals of these partitions, or of all."""
        for k in partitions or range(P):
            recorder, journal = Recorder(EPOCH, lambda _: HOLD_MS, k), Journal(self.store, EPOCH, k)
            n = (await self.archive.read(read_cursor, k)).n
            while placed := await journal.after(n, ""):
                n = (await self.archive.write(recorder.record, placed, (await journal.end()).term)).n
                await journal.note_archived(n)

    async def pass_on(self, k: int) -> None:
        """Walks on with all that lies in a partition's outbox."""
        async for lying in self.worker.steps[k].lying(0):
            await self.worker.ways.carry([one for one in lying.sent if not one.is_guests])
            await self.worker.ways.credit([one for one in lying.sent if one.is_guests])

    async def verify(self, *, full: bool = True) -> Report:
        """What a proof says."""
        return await verify_ledger(self.audits(), self.archive, self.journals(), full=full)

    def audits(self) -> list[Audit]:
        """The books in the store."""
        return [Audit(self.store, k) for k in range(P)]

    def journals(self) -> list[Journal]:
        """What the archive may not have yet."""
        return [Journal(self.store, EPOCH, k) for k in range(P)]


@asynccontextmanager
async def four_with_books(store_url: str, archive: Archive) -> AsyncIterator[Four]:
    """A newborn ledger of four partitions, its archive empty."""
    store = Store(f"{store_url}?db=3")
    try:
        await archive.write(begin_cursors, P)
        yield Four(store, archive, await be_born(store))
    finally:
        store.close()
