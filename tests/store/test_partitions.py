from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.base.errors import Refusal
from app.rules.rooms import Payee, Room
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.keys import Keys
from app.store.ledger import Ledger
from app.store.partitions import Partitions
from app.store.standing import Standing
from loadtest.crossing_world import PAYERS, STREAMERS, P


def partitions_of(store: Store, count: int) -> Partitions:
    """The ledger's partitions, as a worker that has just begun knows them."""
    standings = [Standing(store, "e", partition=k) for k in range(count)]
    return Partitions([Ledger(one, window_ms=600_000, journal_max=1000, announce_as="") for one in standings])


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """A store with a newborn ledger of four partitions."""
    store = Store(f"{store_url}?db=2")
    await store.call("FLUSHDB")
    await open_ledger(store, "e", P)
    yield store
    store.close()


async def opened(partitions: Partitions, room: str, streamer: str) -> Keys:
    """Opens a room; the keys of its partition."""
    rooms = await partitions.place(room, streamer)
    payee = Payee(streamer, "Sam")
    made = Room(id=room, title="t", kind="live", status="live", streamer=payee, guests=())
    await rooms.open(made, "r", ',"room":{}}')
    await partitions.keep(room)
    return rooms.keys


async def test_people_are_where_their_names_say(store: Store) -> None:
    """Each person has a partition, and all workers agree on it."""
    partitions = partitions_of(store, P)

    assert list(range(P)) == [partitions.number_of(person) for person in PAYERS]
    assert [Keys(k).coins for k in range(P)] == [partitions.of(person).keys.coins for person in PAYERS]


async def test_a_room_is_with_its_first_streamer(store: Store) -> None:
    """Every worker finds a room where its streamer was when it was opened first, whoever opens it again."""
    partitions = partitions_of(store, P)
    for k, streamer in enumerate(STREAMERS):
        assert Keys(k).tag == (await opened(partitions, f"room{k}", streamer)).tag

    again = partitions_of(store, P)
    assert Keys(1).tag == (await opened(again, "room1", STREAMERS[3])).tag
    assert [Keys(k).tag for k in range(P)] == [(await again.at(f"room{k}")).keys.tag for k in range(P)]


async def test_an_unknown_room_is_not_found(store: Store) -> None:
    """A room that nobody has opened is in no partition, and in a store without a ledger nothing is known of any."""
    with pytest.raises(Refusal, match="room_not_found"):
        await partitions_of(store, P).at("nowhere")
    await store.call("FLUSHDB")
    with pytest.raises(Refusal, match="uninitialised"):
        await partitions_of(store, P).at("nowhere")


async def test_the_directory_forgets_rooms_that_have_ended(store: Store) -> None:
    """An ended room's entry goes some time after the room; one that was opened again meanwhile is kept."""
    partitions = partitions_of(store, P)
    await opened(partitions, "room", STREAMERS[2])
    key = Keys(partitions.number_of("room")).where("room")
    assert -1 == await store.call("PTTL", key)

    await partitions.ended("room")
    assert -1 == await store.call("PTTL", key), "it is live"
    await (await partitions.at("room")).change("room", ',"room":{}}', {"status": "ended"})
    await partitions.ended("room")
    assert 0 < await store.call("PTTL", key)
    await opened(partitions, "room", STREAMERS[2])
    assert -1 == await store.call("PTTL", key)


async def test_one_partition_needs_no_directory(store: Store) -> None:
    """With one partition everything is in it, and nothing is written down of where it is."""
    await store.call("FLUSHDB")
    await open_ledger(store, "e")
    partitions = partitions_of(store, 1)
    await opened(partitions, "room", "sam")

    assert "{p0}" == (await partitions.at("room")).keys.tag == (await partitions.at("nowhere")).keys.tag
    assert [] == await store.call("KEYS", "where:*")
