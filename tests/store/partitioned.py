"""A newborn ledger of several partitions on a real store, as a worker knows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.rules.rooms import Payee, Room
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.partitions import Partitions
from app.store.standing import Standing
from loadtest.crossing_world import P


@asynccontextmanager
async def newborn(store_url: str) -> AsyncIterator[Store]:
    """A store with a newborn ledger of four partitions."""
    store = Store(f"{store_url}?db=2")
    await store.call("FLUSHDB")
    await open_ledger(store, "e", P)
    try:
        yield store
    finally:
        store.close()


def partitions_of(store: Store, count: int) -> Partitions:
    """The ledger's partitions, as a worker that has just begun knows them."""
    standings = [Standing(store, "e", partition=k) for k in range(count)]
    return Partitions([Ledger(one, window_ms=600_000, journal_max=1000, announce_as="") for one in standings])


async def opened(partitions: Partitions, room: str, streamer: str) -> Keys:
    """Opens a room; the keys of its partition."""
    rooms = await partitions.place(room, streamer)
    payee = Payee(streamer, "Sam")
    made = Room(id=room, title="t", kind="live", status="live", streamer=payee, guests=())
    await rooms.open(made, "r", ',"room":{}}')
    await partitions.keep(room)
    return rooms.keys
