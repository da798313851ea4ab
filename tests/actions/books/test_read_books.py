from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from app.actions.books.look_up import look_up_in
from app.actions.books.read_books import read_books
from app.archive.archive import Archive
from app.store.journal import Journal
from app.store.moves import Moves
from tests.archiving import archive_all
from tests.world import EPOCH, World


async def places(world: World, books: Archive, after: int, up_to: int) -> list[tuple[int, int]]:
    """First entry and number of the batches that are read."""
    found = read_books(books, Journal(world.store, EPOCH), after, up_to)
    return [(batch.first, batch.count) async for batch in found]


@pytest.fixture
async def split(world: World, books: Archive) -> World:
    """A ledger of seven batches, of which the archive has three, and the store all but the first two."""
    world.moves = Moves([world.ledger], look_up_in(books))
    for i in range(7):
        await world.grant("ann", 1 + i)
        if i == 2:
            await archive_all(world, books)
            await Journal(world.store, EPOCH).trim(2)
    return world


@pytest.mark.parametrize(("after", "up_to"), [(0, 7), (0, 3), (2, 5), (3, 7), (5, 6), (6, 6), (7, 9), (0, 99)])
async def test_entries_come_from_wherever_they_are(after: int, up_to: int, split: World, books: Archive) -> None:
    """The archive's come first, then the journal's, each once, and none that was not asked for."""
    assert [(n, 1) for n in range(after + 1, min(up_to, 7) + 1)] == await places(split, books, after, up_to)


async def test_what_is_archived_meanwhile(split: World, books: Archive) -> None:
    """What leaves the journal for the archive while it is read is read from there."""
    reading = read_books(books, Journal(split.store, EPOCH), 0, 7)
    found = [(await anext(reading)).first]
    await archive_all(split, books)
    await Journal(split.store, EPOCH).trim(7)
    found += [batch.first async for batch in reading]

    assert [1, 2, 3, 4, 5, 6, 7] == found


async def test_a_gap_is_read_over(split: World, books: Archive) -> None:
    """Where entries are missing, what is behind them comes, and it is the replay that finds it."""
    entries = await split.store.call("XRANGE", split.keys.journal, "-", "+")
    await split.store.call("XDEL", split.keys.journal, entries[1][0])

    assert [1, 2, 3, 5, 6, 7] == [first for first, _ in await places(split, books, 0, 7)]


async def test_an_archive_that_lacks_what_it_says_it_has(split: World, books: Archive) -> None:
    """A cursor that is ahead of its entries is no reason to look for them for ever."""
    await books.write(lambda connection: connection.execute(text("UPDATE cursors SET n = 50")))
    async with asyncio.timeout(10):
        assert [1, 2, 3, 4, 5, 6, 7] == [first for first, _ in await places(split, books, 0, 40)]
