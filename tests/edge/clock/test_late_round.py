from __future__ import annotations

import pytest

from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.base.book_metrics import BookMetrics
from app.base.clock import since_boot_ns
from app.base.errors import Refusal
from app.edge.clock.journal_rounds import journal_rounds
from app.edge.clock.late_round import LATE_EVERY_S, late_round
from app.rules.standing import SKEW_MS
from app.store.crossings import DEADLINE_MS
from app.store.keys import Keys
from app.store.partitions import Partitions
from loadtest.crossing_world import EPOCH, PAYERS, P, Worker, order
from tests.store.crossing import four_partitions, lying, pass_time


async def test_what_is_late_ends_in_every_partition(store_url: str, books: Archive) -> None:
    """What nobody has delivered comes back once the archive has all until then; one that is away holds up no other."""
    async with four_partitions(store_url) as worker:
        await books.write(begin_cursors, P)
        store = worker.ledgers[0].store
        for k in range(P):
            await worker.steps[k].pay([order(PAYERS[k], (k + 1) % P)])
        await pass_time(store, DEADLINE_MS + SKEW_MS + 1000)
        later = Worker(store, since_boot_ns)
        partitions = Partitions(later.ledgers)
        ends = late_round(partitions, books)
        assert LATE_EVERY_S == await ends()
        assert [1, 1, 1, 1] == [len(await lying(later, k)) for k in range(P)]
        archivers = journal_rounds(partitions, books, lambda card: 1, BookMetrics())[: 2 * P : 2]
        for archive in archivers:
            await archive()
        await store.call("HSET", Keys(1).totals, "epoch", "another")
        with pytest.raises(Refusal, match="uninitialised"):
            await late_round(Partitions(Worker(store, since_boot_ns).ledgers), books)()
        await store.call("HSET", Keys(1).totals, "epoch", EPOCH)

        # What was on its way there stays, too.
        assert [1, 1, 0, 0] == [len(await lying(later, k)) for k in range(P)]
        for archive in archivers:
            await archive()
        await ends()
        assert [0, 0, 0, 0] == [len(await lying(later, k)) for k in range(P)]
