from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from app.base.clock import since_boot_ns
from app.base.errors import StoreRefused
from app.rules.crossings import Sent
from app.rules.gifts import GiftOrder
from app.store import batcher
from app.store.crossings import Crossings
from app.store.gift_queues import GiftQueues
from app.store.gift_ways import LEFT_MS
from app.store.keys import Keys
from loadtest.crossing_world import EPOCH, GUESTS, PAYERS, STREAMERS, P, Worker, order
from tests.store.crossing import four_partitions, lying, pass_time


class Desk:
    """The queues of a worker, and what became of the gifts that were put in."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.told: list[tuple[GiftOrder, str]] = []
        self.queues = GiftQueues(worker.ledgers, worker.moves, self.note, 0.0)

    def note(self, orders: list[GiftOrder], texts: Sequence[bytes]) -> None:
        """Notes what became of gifts."""
        self.told += zip(orders, (text.decode() for text in texts), strict=True)

    async def send(self, *orders: GiftOrder) -> list[str]:
        """What became of each of them."""
        self.told = []
        assert [True] * len(orders) == [self.queues.put(one) for one in orders]
        await self.queues.drain()
        told = {id(one): text for one, text in self.told}
        assert len(orders) == len(self.told) == len(told), "each gift ends once"
        return [told[id(one)] for one in orders]


@pytest.fixture
async def desk(store_url: str) -> AsyncIterator[Desk]:
    """A worker of a newborn ledger of four partitions; in the end nothing is under way and the books are in order."""
    async with four_partitions(store_url) as worker:
        yield Desk(worker)


async def later(desk: Desk) -> Worker:
    """Another worker, which sees what was left."""
    store = desk.worker.standings[0].store
    await pass_time(store, LEFT_MS)
    return Worker(store, since_boot_ns)


async def test_gifts_go_from_everywhere_to_everywhere(desk: Desk) -> None:
    """Gifts of all payers to all rooms and their guests end once each; sent again, they are answered as they were."""
    orders = [order(payer, at, receiver=who[at]) for payer in PAYERS for at in range(P) for who in (STREAMERS, GUESTS)]
    orders.append(order(PAYERS[1], 0, "swan", quantity=9))
    answers = await desk.send(*orders)

    assert ["NA"] * 32 + ["NI"] == [answer[:2] for answer in answers]
    assert [answer.replace("N", "D", 1) for answer in answers] == await desk.send(*orders)
    assert 0 == len(desk.queues)


async def test_what_cannot_be_delivered_comes_back(desk: Desk) -> None:
    """Whoever gives to a room that has ended hears why not, and has all coins."""
    await desk.worker.rooms[1].change("room1", ',"room":{}}', {"status": "ended"})
    there, elsewhere = order(PAYERS[0], 1), order(PAYERS[0], 2)

    assert "NX|room_not_live" == (await desk.send(there, elsewhere))[0]
    assert ["DX|room_not_live"] == await desk.send(there)
    (wallet,) = await desk.worker.ledgers[0].wallets([PAYERS[0]])
    assert 120 - elsewhere.wire.coins == wallet.coins


async def test_a_partition_that_is_away_holds_up_no_other(desk: Desk) -> None:
    """What goes to a partition that cannot be used is not known to end, and later does; all the rest arrives."""
    store = desk.worker.standings[0].store
    orders = [order(PAYERS[0], at) for at in range(P) for _ in range(2)]
    await store.call("HSET", Keys(1).totals, "epoch", "another")
    answers = await desk.send(*orders)

    assert ["NA", "NA", "Ru", "Ru", "NA", "NA", "NA", "NA"] == [answer[:2] for answer in answers]
    assert {"Runknown_outcome"} == set(answers[2:4])
    await store.call("HSET", Keys(1).totals, "epoch", EPOCH)
    assert ["NA"] * 2 == [answer[:2] for answer in await desk.send(*orders[2:4])]


@pytest.mark.parametrize("step", ["deliver", "close"])
async def test_a_step_that_fails_is_taken_by_another_worker(
    step: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever step a worker cannot take any more, the gift's end is not known there; another worker takes it."""

    async def refuse(*_: object) -> Sequence[bytes]:
        raise StoreRefused("NOPERM")

    gifts = [order(PAYERS[0], 1), order(PAYERS[0], 2, receiver=GUESTS[2])]
    with monkeypatch.context() as patch:
        patch.setattr(Crossings, step, refuse)
        assert ["Runknown_outcome"] * 2 == await desk.send(*gifts)
    other = await later(desk)

    assert 2 == await other.ways.take_over(0)
    assert [] == [one for k in range(P) for one in await lying(other, k)]
    assert ["DA"] * 2 == [answer[:2] for answer in await desk.send(*gifts)]


async def test_a_guest_is_credited_whatever_happens(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender hears of the end though the guest, elsewhere, cannot be credited now; another worker does it."""

    async def fail(_: Sequence[Sent]) -> None:
        raise StoreRefused("NOPERM")

    monkeypatch.setattr(desk.queues.ways, "post", fail)
    (answer,) = await desk.send(order(PAYERS[0], 2, receiver=GUESTS[2]))

    assert "NA" == answer[:2]
    assert [True] == [one.is_guests for one in await lying(desk.worker, 2)]
    assert 1 == await (await later(desk)).ways.take_over(2)


async def test_a_full_queue_takes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gift is taken where each queue on its way has a place left; a full one of other ways is in nobody's way."""
    monkeypatch.setattr(batcher, "QUEUE_MAX", 2)
    first = [order(PAYERS[0], 1), order(PAYERS[0], 2)]

    assert [True, True] == [desk.queues.put(one) for one in first]
    assert not desk.queues.put(order(PAYERS[0], 3))
    assert desk.queues.put(order(PAYERS[0], 0))
    assert desk.queues.put(order(PAYERS[1], 2))
    assert 4 == len(desk.queues)
    await desk.queues.drain()
    assert {"NA"} == {text[:2] for _, text in desk.told}
    assert 4 == len(desk.told)
