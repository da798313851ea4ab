from __future__ import annotations

import pytest

from app.actions.books import reconcile as module
from app.actions.books.compare_store import Difference
from app.actions.books.reconcile import Reconciled, reconcile
from app.archive.archive import Archive
from app.store.audit import Audit
from app.store.journal import Journal
from app.store.keys import Keys
from loadtest.crossing_world import PAYERS, order
from tests.actions.books.four import four_with_books
from tests.archiving import archive_all
from tests.store.crossing import pay
from tests.world import EPOCH, World


async def compare(world: World, books: Archive) -> Reconciled:
    """What a comparison says."""
    return await reconcile([Audit(world.store)], books, [Journal(world.store, EPOCH)], lambda what, done, of: None)


@pytest.fixture
async def halfway(world: World, books: Archive) -> World:
    """A ledger of four entries, of which the archive has two, and the store's journal the rest alone."""
    await world.grant("ann", 100)
    await world.grant("bob", 50)
    await archive_all(world, books)
    await world.send(world.order(), world.order("bob"))
    await Journal(world.store, EPOCH).trim(2)
    return world


async def test_store_and_books_agree(halfway: World, books: Archive) -> None:
    """The archive and the journal behind it give what the store has."""
    assert Reconciled(epoch="e1", epochs=["e1"], n=4, archived_n=2, wallets=2) == await compare(halfway, books)


async def test_each_account_that_differs_is_told(halfway: World, books: Archive) -> None:
    """All that differ are told with both figures, by name."""
    await halfway.store.call("HINCRBY", halfway.keys.coins, "bob", 7)
    await halfway.store.call("HSET", halfway.keys.held, "sam", 1)
    await halfway.store.call("SADD", halfway.keys.frozen, "ann")
    found = await compare(halfway, books)

    assert not found.ok
    assert [
        Difference("frozen ann", 1, 0),
        Difference("streamer:sam:diamonds_held", 1, 0),
        Difference("viewer:bob:coins", 56, 49),
    ] == found.differences


async def test_of_very_many_some_are_told(halfway: World, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a bound, what differs is counted alone."""
    monkeypatch.setattr(module, "DIFFERENCES_MAX", 5)
    for i in range(12):
        await halfway.store.call("HSET", halfway.keys.coins, f"m{i}", 1)
    found = await compare(halfway, books)

    assert (5, 7) == (len(found.differences), found.more)


async def test_a_store_that_has_lost_entries(halfway: World, books: Archive) -> None:
    """A store that goes less far than the archive is one sentence, not a list of all accounts."""
    await halfway.be_born()
    found = await compare(halfway, books)

    assert (False, []) == (found.ok, found.differences)
    assert ["the archive has ledger e1 up to n 2, the store ledger e1 up to n 0: it has lost entries"] == found.problems


async def test_a_journal_with_a_gap(halfway: World, books: Archive) -> None:
    """Entries that neither the archive nor the journal has are a problem."""
    await halfway.store.call("DEL", halfway.keys.journal)
    found = await compare(halfway, books)

    assert Difference("total n", 4, 2) in found.differences


async def test_what_differs_in_a_partition_is_told_with_it(store_url: str, books: Archive) -> None:
    """Of four partitions each is compared with its own books, what is under way included."""
    async with four_with_books(store_url, books) as four:
        await pay(four.worker, order(PAYERS[0], 1), order(PAYERS[0], 2))
        await four.archive_all()
        audits, journals = four.audits(), four.journals()
        agreed = await reconcile(audits, books, journals, lambda what, done, of: None)
        await four.store.call("HINCRBY", Keys(2).coins, PAYERS[2], 7)
        await four.store.call("HINCRBY", Keys(0).totals, "escrow", 1)
        found = await reconcile(audits, books, journals, lambda what, done, of: None)

    assert ([], [], 6, 6, 4) == (agreed.differences, agreed.problems, agreed.n, agreed.archived_n, agreed.wallets)
    assert [
        Difference("partition 0: total escrow", 3, 2),
        Difference(f"partition 2: viewer:{PAYERS[2]}:coins", 127, 120),
    ] == found.differences
