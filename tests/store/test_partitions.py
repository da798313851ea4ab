from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.base.errors import Refusal, StoreError
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.keys import Keys
from app.store.standing import Standing
from loadtest.crossing_world import PAYERS, STREAMERS, P
from tests.store.partitioned import newborn, opened, partitions_of


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """A store with a newborn ledger of four partitions."""
    async with newborn(store_url) as store:
        yield store


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


async def test_what_is_done_everywhere(store: Store) -> None:
    """A partition that cannot be used keeps nothing from being done in the others, and its error is told."""
    done = list[int]()

    async def do(standing: Standing) -> int:
        done.append(standing.partition)
        if standing.partition == 1:
            raise StoreError("away")
        return standing.partition

    with pytest.raises(StoreError, match="away"):
        await partitions_of(store, P).everywhere(do)
    assert list(range(P)) == done
    assert [0] == await partitions_of(store, 1).everywhere(do)


async def test_a_board_has_the_levels_of_people_elsewhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gave in a room is shown there with the level of today, which their own partition knows."""
    partitions = partitions_of(store, P)
    keys = await opened(partitions, "room", STREAMERS[0])
    for k, payer in enumerate(PAYERS):
        await store.call("ZADD", keys.board("room"), 10, payer)
        await store.call("HSET", keys.names, payer, f'{{"id":"{payer}","name":"Ann","level":1}}')
        await store.call("HSET", Keys(k).given, payer, 250)

    assert 4 == (await partitions.rooms[0].picture("room")).board.count(b'"level":2}')

    async def away(*args: object) -> None:
        raise StoreError("away")

    other = partitions_of(Store(store.url), P)
    monkeypatch.setattr(other.ledgers[3].store, "call", away)
    board = (await other.rooms[0].picture("room")).board
    other.common.store.close()
    assert (1, 3) == (board.count(b'"level":2}'), board.count(b'"level":1}')), "what was known of them stays"
