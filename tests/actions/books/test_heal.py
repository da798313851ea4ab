from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from app.actions.books import heal
from app.actions.books.deliver import Delivery
from app.actions.books.heal import archived_in_term, belong_to, hold_back, partitions_here
from app.archive import outbox
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors, epoch_archived, read_cursor
from app.archive.engine import sqlite_url
from app.archive.recorder import Recorder
from app.base.errors import ArchiveError, BooksBroken, Refusal, StoreError
from app.store.birth import open_ledger, partitions_in
from app.store.client import Store
from app.store.cluster_server import ClusterServer
from app.store.epoch import epoch_here, known_epoch, remember_epoch
from app.store.journal import Journal
from tests.archiving import archive_all, archiver_on
from tests.fault_proxy import Fault, FaultProxy
from tests.store.moving import grant
from tests.world import EPOCH, World


@asynccontextmanager
async def lost_again(world: World) -> AsyncIterator[None]:
    """What happens to the store meanwhile is lost at the end."""
    call = world.store.call
    kept = {key: await call("DUMP", key) for key in await call("KEYS", "*")}
    yield
    await call("FLUSHDB")
    for key, value in kept.items():
        await call("RESTORE", key, 0, value)


async def older(world: World, books: Archive) -> None:
    """The store has one entry, and the archive has two; nobody has seen more than the one."""
    await world.grant("ann", 50)
    async with lost_again(world):
        await world.grant("ann", 50)
        await archive_all(world, books)
    world.rooms.standing = world.ledger.standing = world.stand()


async def test_a_store_with_less_than_the_archive_takes_nothing(world: World, books: Archive) -> None:
    """Though nobody has seen more of it: no gift is taken, and the loss is on record once."""
    await older(world, books)
    cursor = await books.read(read_cursor)
    looks = [await hold_back(world.standing, cursor) for _ in range(2)]

    assert [(1, 1), (1, 1)] == [(look.lost_term, look.mark.n) for look in looks]
    assert ["Runavailable lost_tail"] == await world.send(world.order())
    assert [(2, 2, True)] == [(loss.first, loss.last, waits) for loss, waits in await world.standing.losses.all()]


async def test_a_store_that_has_what_is_archived_goes_on(world: World, books: Archive) -> None:
    """As much as the archive, or more, or another ledger's archive: nothing is held back."""
    await world.grant("ann", 50)
    await archive_all(world, books)
    cursor = await books.read(read_cursor)
    await hold_back(world.standing, cursor)
    await world.grant("ann", 50)
    await hold_back(world.standing, cursor)
    look = await hold_back(world.standing, cursor._replace(epoch="e9", n=99))

    assert (2, 0) == (look.mark.n, look.lost_term)


async def test_what_was_read_before_a_loss_comes_too_late(world: World, books: Archive) -> None:
    """An archiver that had read entries before the store lost them does not archive them once the loss is judged."""
    await world.grant("ann", 50)
    journal, recorder = Journal(world.store, EPOCH), Recorder(EPOCH, lambda card: 0)
    end, placed = await journal.end(), await journal.after(0, "")

    assert 0 == await archived_in_term(books, end.term + 1)
    assert 0 == (await books.write(recorder.record, placed, end.term)).n
    with pytest.raises(BooksBroken, match="term 1, the store of an older, 0"):
        await archiver_on(world.store, books).step()
    assert 0 == await archived_in_term(books, end.term)
    assert 1 == (await books.write(recorder.record, placed, end.term)).n


async def test_whoever_is_to_continue_asks_the_archive_first(world: World, books: Archive) -> None:
    """A loss is accepted by itself only where the archive says that it has nothing of it."""
    await older(world, books)
    answers: list[int | Exception] = [ArchiveError("away"), 2, 1]

    async def archived(term: int) -> int:
        assert 1 == term
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    standing = world.stand(refuse=False, archived=archived)
    looks = [await hold_back(standing, await books.read(read_cursor))]
    looks += [await standing.see() for _ in range(2)]

    assert ([1, 1, 0], []) == ([look.lost_term for look in looks], answers)


async def test_what_sql_had_decided_outlives_a_loss_that_is_accepted(world: World, books: Archive) -> None:
    """What was posted from the outbox, and lost with the store's tail before it was archived, is posted again."""
    archived = partial(archived_in_term, books)
    world.rooms.standing = world.ledger.standing = world.stand(refuse=False, archived=archived)
    await world.grant("ann", 50)
    await archive_all(world, books)
    delivery = Delivery(books, world.moves, {}, world.now_ms)
    await books.write(outbox.put, [grant("bob", 7)], world.now_ms())
    async with lost_again(world):
        assert (1, 7) == (await delivery.deliver(), await world.coins("bob"))
    await world.standing.see()

    assert [False] == [waits for _, waits in await world.standing.losses.all()]
    assert (1, 7) == (await delivery.deliver(), await world.coins("bob"))
    await archive_all(world, books)
    assert (1, 0) == (await books.write(outbox.drop_archived), await delivery.deliver())


async def test_a_folder_that_was_lost_belongs_to_the_archives_ledger(
    world: World, books: Archive, tmp_path: Path
) -> None:
    """A new folder beside an archive with books is not a first start; one that knows its ledger keeps it."""
    belong_to(tmp_path, await books.read(epoch_archived))
    assert None is known_epoch(tmp_path)
    await world.grant("ann", 50)
    await archive_all(world, books)
    belong_to(tmp_path, await books.read(epoch_archived))
    assert EPOCH == known_epoch(tmp_path)
    belong_to(tmp_path, "another")

    assert EPOCH == known_epoch(tmp_path)


async def test_an_empty_store_is_not_held_back(world: World, books: Archive) -> None:
    """A store without the ledger is uninitialised, and nothing is written to it."""
    await world.grant("ann", 50)
    await archive_all(world, books)
    await world.store.call("FLUSHDB")
    with pytest.raises(Refusal, match="uninitialised"):
        await hold_back(world.standing, await books.read(read_cursor))
    assert {} == await world.dump()


async def test_a_ledger_says_how_many_partitions_it_has(world: World, books: Archive, tmp_path: Path) -> None:
    """So many as are asked for count, else as the ledger has; an empty store whose ledger was known tells nothing."""
    store = world.store
    assert 8 == await partitions_here(store, books, tmp_path, 8)
    await store.call("FLUSHDB")
    await open_ledger(store, "e", 4)
    assert 4 == await partitions_here(store, books, tmp_path, 0)

    await store.call("FLUSHDB")
    none = Archive(sqlite_url(tmp_path / "none.db"))
    assert 1 == await partitions_here(store, none, tmp_path, 0)
    remember_epoch(tmp_path, "e")
    with pytest.raises(StoreError, match="known once the archive can be read"):
        await partitions_here(store, none, tmp_path, 0)
    none.close()


async def test_the_archive_tells_of_partitions_while_the_store_is_away(
    world: World, books: Archive, proxy: FaultProxy, tmp_path: Path
) -> None:
    """Where the first partition cannot be asked, the books say how many there are; where they do not, nobody does."""
    await books.write(begin_cursors, 4)
    store = Store(f"{proxy.url}?db=1")
    proxy.plan(Fault.DROP_REQUEST, b"HMGET")
    with pytest.raises(StoreError):
        await partitions_here(store, books, tmp_path, 0)
    await world.grant("ann", 50)
    await archive_all(world, books)
    proxy.plan(Fault.DROP_REQUEST, b"HMGET")
    found = await partitions_here(store, books, tmp_path, 0)
    store.close()

    assert (4, 2) == (found, proxy.happened)


async def test_no_archive_is_no_first_start(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither folder nor store know of a ledger, an archive that cannot be read is an error that says so."""
    monkeypatch.setattr(heal, "ARCHIVE_WAIT_S", 0.1)
    await world.store.call("FLUSHDB")
    (tmp_path / "file").touch()
    away = Archive(sqlite_url(tmp_path / "file" / "away.db"))
    for asked in (0, 4):
        with pytest.raises(ArchiveError, match=r"does not tell: .* Start again once it can be read"):
            await partitions_here(world.store, away, tmp_path, asked)
    away.close()


async def test_a_ledger_that_another_process_begins_meanwhile_is_not_missed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger that is born and noted after the store was found empty was not lost, though no archive tells."""
    await world.store.call("FLUSHDB")

    async def found(store: Store) -> int:
        partitions = await partitions_in(store)
        await epoch_here(store, tmp_path)
        return partitions

    monkeypatch.setattr("app.actions.books.heal.partitions_in", found)
    none = Archive(sqlite_url(tmp_path / "none.db"))
    assert 1 == await partitions_here(world.store, none, tmp_path, 0)
    none.close()


async def test_a_new_ledger_on_a_cluster_has_several_partitions(
    cluster: ClusterServer, world: World, books: Archive, tmp_path: Path
) -> None:
    """A ledger that is born on a cluster has as many as several nodes can share; one that had one keeps it."""
    store = Store(cluster.url)
    assert 16 == await partitions_here(store, books, tmp_path, 0)

    await world.grant("ann", 50)
    await archive_all(world, books)
    assert 1 == await partitions_here(store, books, tmp_path, 0)
    store.close()
