from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.base.clock import since_boot_ns
from app.store import crossings
from app.store.gift_ways import LEFT_MS
from app.store.keys import Keys
from loadtest.crossing_world import EPOCH, GUESTS, PAYERS, P, Worker, order
from tests.store.crossing import four_partitions, lying, pass_time
from tests.world import texts


@pytest.fixture
async def worker(store_url: str) -> AsyncIterator[Worker]:
    """A worker of a newborn ledger of four partitions; in the end nothing is under way and the books are in order."""
    async with four_partitions(store_url) as worker:
        yield worker


async def test_gifts_go_from_everywhere_to_everywhere(worker: Worker) -> None:
    """Gifts of one call, of all payers to all rooms and their guests, are each answered in their place."""
    orders = [order(payer, at) for payer in PAYERS for at in range(P)]
    orders += [order(PAYERS[0], at, receiver=GUESTS[at]) for at in range(P)]
    orders.append(order(PAYERS[1], 0, "swan", quantity=9))
    answers = texts(await worker.send(orders))

    assert ["NA"] * 20 + ["NI"] == [answer[:2] for answer in answers]
    assert [answer.replace("N", "D", 1) for answer in answers] == texts(await worker.send(orders))


async def test_what_somebody_left_is_taken_over(worker: Worker) -> None:
    """What lies in an outbox for some seconds is walked on with: gifts to rooms, and what their guests get."""
    gifts = [order(PAYERS[0], 1), order(PAYERS[0], 2, receiver=GUESTS[2])]
    await worker.steps[0].pay(gifts)
    store = worker.standings[0].store
    assert 0 == await worker.ways.take_over(0)
    await pass_time(store, LEFT_MS)
    later = Worker(store, since_boot_ns)

    assert [2, 0, 0, 0] == [await later.ways.take_over(k) for k in range(P)]
    assert ["DA", "DA"] == [answer[:2] for answer in texts(await later.send(gifts))]


async def test_a_partition_that_is_away_holds_up_no_other(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to a partition that cannot be used stays in the outbox, however much it is; the rest arrives."""
    monkeypatch.setattr(crossings, "TAKEN_AT_ONCE", 1)
    await worker.steps[0].pay([order(PAYERS[0], at) for at in (1, 1, 1, 2)])
    store = worker.standings[0].store
    await pass_time(store, LEFT_MS)
    await store.call("HSET", Keys(1).totals, "epoch", "another")
    later = Worker(store, since_boot_ns)

    assert 4 == await later.ways.take_over(0)
    assert [1, 1, 1] == [one.at for one in await lying(later, 0)]
    await store.call("HSET", Keys(1).totals, "epoch", EPOCH)
    assert 3 == await later.ways.take_over(0)
