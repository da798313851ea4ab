from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.base.errors import StoreError
from app.store import everywhere
from app.store.client import Store
from app.store.keys import Keys
from app.store.partitions import Partitions
from loadtest.crossing_world import PAYERS, STREAMERS, P
from tests.store.partitioned import newborn, opened, partitions_of

ROOMS = [f"room{k}" for k in range(P)]


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """A store with a newborn ledger of four partitions."""
    async with newborn(store_url) as store:
        yield store


@pytest.fixture
async def partitions(store: Store) -> Partitions:
    """All of them; each has a room."""
    partitions = partitions_of(store, P)
    for k, room in enumerate(ROOMS):
        await opened(partitions, room, STREAMERS[k])
    return partitions


def is_away(partitions: Partitions, k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One partition cannot be used any more."""

    async def away(*args: object) -> None:
        raise StoreError("away")

    monkeypatch.setattr(partitions.rooms[k], "live", away)
    monkeypatch.setattr(partitions.rooms[k], "shown", away)


async def test_live_rooms_of_all_partitions_page_by_page(store: Store, partitions: Partitions) -> None:
    """The newest come first, wherever they are, and those of one millisecond are each on one page."""
    for k, at_ms in enumerate((7, 9, 9, 9)):
        await store.call("ZADD", Keys(k).rooms, at_ms, ROOMS[k])
    await store.call("ZADD", Keys(1).rooms, 9, "other")

    found, after = list[str](), None
    while page := await everywhere.live(partitions, after, 1):
        after = page[0]
        found.append(after[1])
    assert ["room3", "room2", "room1", "other", "room0"] == found
    assert found[:3] == [room for _, room in await everywhere.live(partitions, None, 3)]


async def test_rooms_of_all_partitions_are_shown(partitions: Partitions) -> None:
    """In the order that is asked for; those that are not there are left out."""
    found = await everywhere.shown(partitions, ["room2", "nowhere", "room0"])

    assert ["room2", "room0"] == list(found)
    assert [STREAMERS[2], STREAMERS[0]] == [room.streamer.id for room, _ in found.values()]
    assert {} == await everywhere.shown(partitions, ["nowhere"])


async def test_one_that_is_away_is_left_out(partitions: Partitions, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others' rooms are listed; where nobody answers, or only that one was asked, it is an error."""
    is_away(partitions, 1, monkeypatch)
    assert {"room0", "room2", "room3"} == {room for _, room in await everywhere.live(partitions, None, 9)}
    assert ["room0", "room3"] == list(await everywhere.shown(partitions, ["room0", "room1", "room3"]))
    with pytest.raises(StoreError):
        await everywhere.shown(partitions, ["room1"])
    for k in range(P):
        is_away(partitions, k, monkeypatch)
    with pytest.raises(StoreError):
        await everywhere.live(partitions, None, 9)


async def test_names_stand_where_people_gave(store: Store, partitions: Partitions) -> None:
    """What somebody is called is found where they are, else wherever they gave; levels where they are."""
    await store.call("HSET", Keys(0).names, PAYERS[1], f'{{"id":"{PAYERS[1]}","name":"There"}}')
    await store.call("HSET", Keys(0).names, PAYERS[2], f'{{"id":"{PAYERS[2]}","name":"Old"}}')
    await store.call("HSET", Keys(2).names, PAYERS[2], f'{{"id":"{PAYERS[2]}","name":"New"}}')
    await store.call("HSET", Keys(2).given, PAYERS[2], 250)

    assert {PAYERS[1]: "There", PAYERS[2]: "New"} == await everywhere.names(partitions, PAYERS)
    assert {} == await everywhere.names(partitions, [])
    places = await everywhere.places_json(partitions, [(PAYERS[2], 1, 9), (PAYERS[3], 1, 8)], "coins")
    assert (
        f'[{{"user":{{"id":"{PAYERS[2]}","name":"New","level":2}},"coins":9}},'
        f'{{"user":{{"id":"{PAYERS[3]}","name":"{PAYERS[3]}"}},"coins":8}}]'
    ).encode() == places
