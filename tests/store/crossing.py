"""A ledger of four partitions on a real store, for tests of gifts that go from one to another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.rules.crossings import Sent
from app.rules.gifts import GiftOrder
from app.store.client import Store
from app.store.journal import Journal
from app.store.keys import Keys
from loadtest.crossing_books import CrossingBooks
from loadtest.crossing_world import EPOCH, P, Worker, be_born


@asynccontextmanager
async def four_partitions(store_url: str) -> AsyncIterator[Worker]:
    """A newborn ledger; in the end its books are in order and nothing is under way."""
    store = Store(f"{store_url}?db=3")
    try:
        yield await be_born(store)
        books = CrossingBooks(P)
        for k in range(P):
            await books.archive(Journal(store, EPOCH, k), k)
        await books.check(store, {})
    finally:
        store.close()


async def pass_time(store: Store, ms: int) -> None:
    """So much time passes, for a process that begins then."""
    for k in range(P):
        await store.call("HINCRBY", Keys(k).totals, "shift", ms)


async def pay(worker: Worker, *orders: GiftOrder) -> list[Sent]:
    """Pays gifts of the first payer, all of which go."""
    paid = [one for one in await worker.steps[0].pay(orders) if isinstance(one, Sent)]
    assert len(orders) == len(paid)
    return paid


async def told(worker: Worker, *orders: GiftOrder) -> list[str]:
    """What the first payer is told of gifts none of which is under way."""
    answers = [one.decode() for one in await worker.steps[0].pay(orders) if not isinstance(one, Sent)]
    assert len(orders) == len(answers)
    return answers


async def lying(worker: Worker, k: int, age_ms: int = 0) -> list[Sent]:
    """What has lain in a partition's outbox for so long."""
    return [one async for page in worker.steps[k].lying(age_ms) for one in page.sent]
