from __future__ import annotations

import pytest

from app.actions.books import tell_audit as module
from app.actions.books.tell_audit import tell_audit
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.ledger_audit import ArchiveState, LedgerAudit, PartitionAudit
from app.store.audit import Audit
from app.store.journal import Journal
from app.store.keys import Keys
from loadtest.crossing_world import EPOCH as CROSSING
from tests.actions.books.four import four_with_books
from tests.actions.books.test_auditor import auditor_on
from tests.actions.books.test_prove_crossings import happen
from tests.archiving import archive_all
from tests.world import EPOCH, World


async def told(world: World, books: Archive) -> LedgerAudit:
    """What the platform is told."""
    return await tell_audit([Audit(world.store)], books, [Journal(world.store, EPOCH)], EPOCH)


async def test_the_figures_are_those_of_this_moment(world: World, books: Archive) -> None:
    """Whatever is archived and proved of it, the figures are as of the last entry, and the sums come out."""
    await world.grant("ann", 100)
    await world.send(world.order(award_ppm=333_333), world.order(gift="heart"))
    expected = LedgerAudit(
        epoch="e1",
        n=3,
        issued=100,
        wallets=94,
        escrow=0,
        spent=6,
        clawed_back=0,
        owed=0,
        minted="5.333",
        shared="0.667",
        pending="5.333",
        available="0",
        held="0",
        paid="0",
        drift=0,
        differing=[],
        proved_n=0,
        proved_ms=0,
        archive=ArchiveState(0, 3),
        partitions=[PartitionAudit(n=3, drift=0, proved_n=0, proved_ms=0, archive=ArchiveState(0, 3))],
    )
    assert expected == await told(world, books)
    await archive_all(world, books)
    await auditor_on(world, books).step()
    await world.send(world.order())
    later = await told(world, books)

    assert (4, 93, 7, "6.333", 0, 3, 5, ArchiveState(3, 1)) == (
        *(later.n, later.wallets, later.spent, later.minted, later.drift),
        *(later.proved_n, later.proved_ms, later.archive),
    )


async def test_what_differs_is_told(world: World, books: Archive) -> None:
    """A total that is wrong now, and an account that the auditor has found, are in the drift, with a sentence each."""
    await world.grant("ann", 100)
    await archive_all(world, books)
    await world.store.call("HINCRBY", world.keys.coins, "ann", 7)
    auditor = auditor_on(world, books)
    for _ in range(5):
        await auditor.step()
    await world.store.call("HINCRBY", world.keys.totals, "spent", 5)
    found = await told(world, books)

    assert 12 == found.drift
    assert [
        "total spent: the store has 5, the journal gives 0",
        "viewer:ann:coins: the store has 107, the journal gives 100",
    ] == sorted(found.differing)
    assert (100, 0) == (found.wallets, found.spent)


async def test_far_behind_the_last_proof_counts(world: World, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the auditor is far behind, the figures are those of the last proof, whose n is told."""
    monkeypatch.setattr(module, "REST_MAX", 1)
    await world.grant("ann", 100)
    await archive_all(world, books)
    await auditor_on(world, books).step()
    await world.grant("ann", 1)
    await world.grant("ann", 1)
    found = await told(world, books)

    assert (1, 100, 0, ArchiveState(1, 2)) == (found.n, found.issued, found.drift, found.archive)


async def test_another_ledger_is_uninitialised(world: World, books: Archive) -> None:
    """Of a flushed store nothing is told."""
    await world.store.call("FLUSHDB")

    with pytest.raises(Refusal, match="uninitialised"):
        await told(world, books)


async def test_the_figures_of_all_partitions_are_one(store_url: str, books: Archive) -> None:
    """Coins that are under way are told; each partition says how far it goes, and what differs has its number."""
    async with four_with_books(store_url, books) as four:
        await happen(four)
        before = await tell_audit(four.audits(), books, four.journals(), CROSSING)
        await four.archive_all(2)
        await four.store.call("HINCRBY", Keys(1).totals, "spent", 5)
        after = await tell_audit(four.audits(), books, four.journals(), CROSSING)

    assert (54, 480, 3, 0, []) == (before.n, before.issued, before.escrow, before.drift, before.differing)
    assert before.issued == before.wallets + before.escrow + before.spent
    assert [17, 13, 14, 10] == [one.n for one in before.partitions]
    assert [(0, 17), (0, 13), (14, 0), (0, 10)] == [(one.archive.n, one.archive.lag) for one in after.partitions]
    assert (5, [0, 5, 0, 0]) == (after.drift, [one.drift for one in after.partitions])
    assert after.differing[0].startswith("partition 1: total spent: the store has ")
