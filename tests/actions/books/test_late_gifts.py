from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from app.actions.books.late_gifts import LateGifts
from app.base.clock import now_ms, since_boot_ns
from app.base.ids import uuid7
from app.rules.entries import Entry
from app.rules.gift_steps import closed_key
from app.store.crossings import DEADLINE_MS
from app.store.gift_ways import closing
from app.store.journal import Journal
from loadtest.crossing_books import CrossingBooks
from loadtest.crossing_world import EPOCH, GUESTS, PAYERS, P, Worker, order
from tests.store.crossing import four_partitions, pass_time, pay
from tests.world import texts

HOURS_MS = DEADLINE_MS + 20_000


@pytest.fixture
async def worker(store_url: str) -> AsyncIterator[Worker]:
    """A worker of a newborn ledger of four partitions; in the end nothing is under way and the books are in order."""
    async with four_partitions(store_url) as worker:
        yield worker


class Late:
    """What ends late gifts, with an archive that is written when it is told to."""

    def __init__(self, worker: Worker) -> None:
        self.books = CrossingBooks(P)
        self._store = worker.standings[0].store
        self.late = LateGifts(worker.steps, worker.standings, self._ask)

    async def archive(self) -> None:
        """All that was written until now."""
        for k in range(P):
            await self.books.archive(Journal(self._store, EPOCH, k), k)

    async def _ask(self, k: int, keys: Sequence[str]) -> tuple[int, Mapping[str, tuple[int, Entry]]]:
        return self.books.n(k), self.books.find(k, keys)


async def test_the_archive_says_how_a_late_gift_ends(worker: Worker) -> None:
    """Nothing ends before its time, or before all is archived; then what was delivered is spent, the rest is back."""
    gifts = [order(PAYERS[0], 1), order(PAYERS[0], 1)]
    sent = await pay(worker, *gifts)
    await worker.steps[1].deliver(sent[:1], [True])
    assert 0 == await Late(worker).late.step(0)
    await pass_time(worker.standings[0].store, HOURS_MS)
    late = Late(Worker(worker.standings[0].store, since_boot_ns))

    assert 0 == await late.late.step(0), "the archive does not go so far"
    await late.archive()
    assert [2, 0] == [await late.late.step(0), await late.late.step(0)]
    assert ["DA", "DX"] == [text[:2] for text in texts(await worker.send(gifts))]


async def test_a_partition_in_which_gifts_never_pause(worker: Worker) -> None:
    """What is late ends although the archive is always a little behind: it has what was written until a look before."""
    back, spent = await pay(worker, order(PAYERS[0], 1), order(PAYERS[0], 1))
    await worker.steps[1].deliver([spent], [True])
    await pass_time(worker.standings[0].store, HOURS_MS)
    later = Worker(worker.standings[0].store, since_boot_ns)
    late, ended = Late(later), []
    for _ in range(3):
        await late.archive()
        (answer,) = await later.send([order(PAYERS[2], 1, id=uuid7(now_ms() + HOURS_MS))])
        assert answer[:2] == b"NA"
        ended.append(await late.late.step(0))

    assert [0, 2, 0] == ended
    await late.archive()
    keys = [closed_key(PAYERS[0], one.gift_id) for one in (back, spent)]
    found = late.books.find(0, keys)
    assert ["gift_returned", "gift_closed"] == [found[key][1].kind for key in keys]


async def test_what_a_guest_gets_is_never_late(worker: Worker) -> None:
    """What was shown is not taken back: it waits for its guest as long as it takes."""
    (sent,) = await pay(worker, order(PAYERS[0], 1, receiver=GUESTS[1]))
    (delivered,) = await worker.steps[1].deliver([sent], [False])
    await worker.steps[0].close([closing(sent, delivered.decode())])
    await pass_time(worker.standings[0].store, HOURS_MS)
    later = Worker(worker.standings[0].store, since_boot_ns)
    late = Late(later)
    await late.archive()

    assert 0 == await late.late.step(1)
    assert 1 == await later.ways.take_over(1)
