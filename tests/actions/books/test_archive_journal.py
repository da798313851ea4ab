from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence

import pytest

from app.actions.books import archive_journal as module
from app.actions.books.archive_journal import Archiver, Step
from app.actions.books.look_up import look_up_in
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.entries import some_batches
from app.archive.recorder import Recorder
from app.base.errors import ArchiveError, BooksBroken, Refusal, StoreError, UnknownOutcome
from app.rules.entries import Freeze
from app.rules.replay import Read
from app.store.client import Store
from app.store.cluster_server import ClusterServer
from app.store.journal import Journal
from app.store.moves import Moves
from loadtest.cluster_faults import P0, shard_of
from tests.archive.tables import Tables, dump
from tests.archiving import HOLD_MS, archive_all, archiver_on
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.world import EPOCH, World, world_at


@pytest.fixture(autouse=True)
def _keep_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)


async def happen(world: World, rounds: int = 4) -> None:
    """Grants, batches of gifts, and somebody who is frozen."""
    await world.grant("ann", 1000)
    for i in range(rounds):
        await world.send(world.order(), world.order(gift="heart"), world.order("ann", room="side"))
        await world.grant("bob", i + 1)
    await world.moves.post_one(Freeze(id="f", user="eve", reason="r", by="op"))


async def plain(world: World, archive: Archive) -> Tables:
    """What an archive has when nothing went wrong."""
    await archive_all(world, archive)
    return await archive.read(dump)


async def test_a_step_archives_and_says_so(world: World, archive: Archive) -> None:
    """What is in the journal is archived and noted in the store; then there is nothing to do."""
    await happen(world)
    archiver = archiver_on(world.store, archive)
    first, second = await archiver.step(), await archiver.step()

    assert (Step(18, 0, first.waited_ms), Step(0, 0, 0)) == (first, second)
    assert 18 == (await archive.read(read_cursor)).n == (await Journal(world.store, EPOCH).end()).archived


async def test_only_what_replicas_have_is_archived(cluster: ClusterServer, books: Archive) -> None:
    """What a failover could still lose waits: the archive never has an entry that the store may be without."""
    async with world_at(cluster.url) as world:
        await world.grant("ann", 1000)
        archiver = archiver_on(world.store, books)
        replica = cluster.servers[shard_of(cluster, P0).replicas[0]].pid
        assert replica
        await archiver.step()
        os.kill(replica, signal.SIGSTOP)
        try:
            with pytest.raises(UnknownOutcome):
                await world.send(world.order())
            with pytest.raises(UnknownOutcome, match="0 of 1 replicas"):
                await archiver.step()
            assert 1 == (await books.read(read_cursor)).n
        finally:
            os.kill(replica, signal.SIGCONT)
        assert 1 == (await archiver.step()).archived
        assert 2 == (await books.read(read_cursor)).n
        await world.store.call_each("FLUSHDB")


async def test_old_entries_are_dropped_from_the_store(world: World, archive: Archive) -> None:
    """The store keeps the last of what is archived, and all that is not."""
    await happen(world)
    archiver = archiver_on(world.store, archive)
    before = await archiver.trim()
    await archiver.step()
    await world.grant("ann", 7)
    dropped = await archiver.trim()
    kept = await Journal(world.store, EPOCH).after(0, "")

    assert (0, 16) == (before, dropped)
    assert [17, 18, 19] == [batch.first for _, batch in kept]
    assert 1 == (await archiver.step()).archived


async def test_many_archivers_at_once(world: World, archive: Archive, books: Archive) -> None:
    """Archivers that work against each other while gifts come give the rows of one alone, and none is stopped."""
    stop = asyncio.Event()
    world.moves = Moves([world.ledger], look_up_in(archive))

    async def work() -> None:
        mine = archiver_on(world.store, archive)
        while not stop.is_set():
            await mine.step()
            await mine.trim()

    working = [asyncio.create_task(work()) for _ in range(3)]
    for _ in range(20):
        await world.grant("ann", 100)
        await world.send(world.order(), world.order(gift="heart"))
    stop.set()
    await asyncio.gather(*working)
    await archive_all(world, archive)
    cursor = await archive.read(read_cursor)
    written = await archive.read(some_batches, 0, cursor.n)
    await books.write(Recorder(EPOCH, lambda _: HOLD_MS).record, [(cursor.stream_id, batch) for batch in written])

    assert 60 == cursor.n
    assert await books.read(dump) == await archive.read(dump)


async def test_what_was_written_is_told_once(world: World, books: Archive) -> None:
    """By whom it was written, once the store knows that it is archived; whoever comes too late tells nothing."""
    await happen(world)
    journal, told = Journal(world.store, EPOCH), list[tuple[int, int]]()

    async def note(written: Sequence[Read]) -> None:
        archived = (await journal.end()).archived
        told.extend((one.n, archived) for one in written)

    def archiver() -> Archiver:
        return Archiver(journal, books, Recorder(EPOCH, lambda _: HOLD_MS), lambda: 0, note)

    await asyncio.gather(*(archiver().step() for _ in range(3)))
    await archiver().step()

    assert [(n, 18) for n in range(1, 19)] == told


async def test_it_may_die_at_any_step(world: World, archive: Archive, address: str, books: Archive) -> None:
    """Dying before or after any call to the store or any commit, an archiver leaves nothing that its successor cannot
    go on from: each entry is archived once, and nothing is dropped that is not archived.
    """
    await happen(world)
    expected = await plain(world, books)
    await world.store.call("HDEL", world.keys.totals, "archived", "keys_from")

    async def work(crash: Crash) -> None:
        store, mine = CrashingStore(world.store.url, crash), crashing_archive(address, crash)
        archiver = archiver_on(store, mine)
        try:
            await archiver.step()
            await archiver.trim()
        finally:
            store.close()
            mine.close()

    async def check(at: int) -> None:
        cursor, end = await archive.read(read_cursor), await Journal(world.store, EPOCH).end()
        placed = await Journal(world.store, EPOCH).after(0, "")

        assert cursor.n in (0, 18)
        assert end.archived <= cursor.n
        assert placed[0][1].first <= end.archived + 1

    deaths = await die_everywhere(work, check)

    assert deaths > 10
    assert expected == await archive.read(dump)
    assert 18 == (await Journal(world.store, EPOCH).end()).archived


async def test_missing_entries_stop_it(world: World, books: Archive) -> None:
    """A journal that begins behind the archive's end is an error that says which entries are missing."""
    await happen(world)
    await world.store.call("XTRIM", world.keys.journal, "MAXLEN", 3)
    with pytest.raises(BooksBroken, match="goes to n 0, the store's journal begins at n 14: entries are missing"):
        await archiver_on(world.store, books).step()
    await world.store.call("DEL", world.keys.journal)
    with pytest.raises(BooksBroken, match="begins at n 19"):
        await archiver_on(world.store, books).step()

    assert 0 == (await books.read(read_cursor)).n


async def test_a_store_with_less_stops_it(world: World, books: Archive) -> None:
    """A store that has fewer entries than the archive has lost some."""
    await happen(world)
    await archive_all(world, books)
    await world.be_born()
    await world.grant("ann", 5)

    with pytest.raises(BooksBroken, match="goes to n 18, the store to n 1 only"):
        await archiver_on(world.store, books).step()


async def test_a_store_that_went_another_way_stops_it(world: World, books: Archive) -> None:
    """A store that has other entries than the archive has forked, even if it has more of them."""
    await happen(world, 1)
    await archive_all(world, books)
    await world.be_born()
    await happen(world, 3)

    with pytest.raises(BooksBroken, match="another entry 6 than the archive: the journal has forked"):
        await archiver_on(world.store, books).step()
    assert 6 == (await books.read(read_cursor)).n


async def test_a_store_without_the_ledger_is_waited_for(world: World, books: Archive) -> None:
    """A flushed store is uninitialised; nothing is archived from it, and nothing is called broken."""
    await world.store.call("FLUSHDB")

    with pytest.raises(Refusal, match="uninitialised"):
        await archiver_on(world.store, books).step()


async def test_without_an_archive_the_store_keeps_all(world: World) -> None:
    """While the archive cannot be used, nothing is noted as archived and nothing is dropped."""
    await happen(world)
    broken = Archive("sqlite:////dev/null/archive.db")
    archiver = archiver_on(world.store, broken)
    for call in (archiver.step, archiver.trim):
        with pytest.raises(ArchiveError):
            await call()

    assert 0 == (await Journal(world.store, EPOCH).end()).archived
    broken.close()


async def test_a_store_that_is_away_is_an_error(books: Archive) -> None:
    """Where the store cannot be reached, the step says so and can be done again."""
    with pytest.raises(StoreError):
        await archiver_on(Store("unix:///nowhere"), books).step()
