from __future__ import annotations

import asyncio

import pytest

from app.actions.books import archive_journal
from app.actions.books import auditor as module
from app.actions.books.auditor import Audited, Auditor
from app.actions.books.look_up import look_up_in
from app.actions.books.reconcile import reconcile
from app.archive import entries as entries_module
from app.archive.archive import Archive
from app.archive.drifts import drifts
from app.archive.proofs import Proved, latest_proof
from app.rules.entries import Freeze, Settlement, Unfreeze
from app.rules.figures import Figures
from app.store.audit import Audit
from app.store.journal import Journal
from app.store.moves import Moves
from tests.actions.books.test_prove_archive import spoil
from tests.archiving import archive_all, archiver_on
from tests.world import EPOCH, World


def auditor_on(world: World, books: Archive, now_ms: int = 5) -> Auditor:
    """An auditor that knows nothing yet."""
    return Auditor(Audit(world.store), books, Journal(world.store, EPOCH), lambda: now_ms)


async def round_of(auditor: Auditor) -> Audited:
    """What the last of so many steps says that each account has come by."""
    for _ in range(12):
        said = await auditor.step()
    return said


@pytest.fixture
async def busy(world: World, books: Archive) -> World:
    """A ledger of which seven entries are archived, and two more are not."""
    await world.grant("ann", 100)
    await world.grant("bob", 50)
    await world.send(world.order(), world.order("bob"), world.order(room="side"))
    await world.moves.post_one(Freeze(id="f", user="eve", reason="r", by="op"))
    await world.moves.post_one(Freeze(id="f2", user="mal", reason="r", by="op"))
    await archive_all(world, books)
    await world.send(world.order(), world.order())
    return world


async def test_books_in_order(busy: World, books: Archive) -> None:
    """What is archived is proved and noted with its figures; nothing differs, however often one looks."""
    auditor = auditor_on(busy, books)

    assert Audited(7, True, []) == await round_of(auditor)
    proved = await books.read(latest_proof)
    assert proved is not None
    assert (7, 5, 150, 147, 3) == (
        proved.n,
        proved.at_ms,
        *(getattr(proved.figures, x) for x in ("issued", "wallets", "spent")),
    )
    await archive_all(busy, books)
    assert Audited(9, True, []) == await auditor.step()


async def test_an_empty_ledger(world: World, books: Archive) -> None:
    """Nothing is proved of nothing, and nothing is wrong with it."""
    assert Audited(0, True, []) == await round_of(auditor_on(world, books))
    assert None is await books.read(latest_proof)


async def test_a_step_is_small(busy: World, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of much that is new, a step proves a part; whoever comes next goes on from there."""
    monkeypatch.setattr(entries_module, "ENTRIES_A_READ", 2)
    said = [await auditor_on(busy, books).step() for _ in range(4)]

    assert [(2, False), (5, False), (7, True), (7, True)] == [(one.n, one.at_end) for one in said]
    assert not any(one.drifts for one in said)


@pytest.mark.parametrize(
    ("command", "what", "amount", "mend"),
    [
        (["HINCRBY", "coins:{p0}", "ann", "7"], "viewer:ann:coins", 7, ["HINCRBY", "coins:{p0}", "ann", "-7"]),
        (["HSET", "coins:{p0}", "new", "3"], "viewer:new:coins", 3, ["HDEL", "coins:{p0}", "new"]),
        (
            ["HSET", "pending:{p0}", "sue", "0"],
            "streamer:sue:diamonds_pending",
            1000,
            ["HSET", "pending:{p0}", "sue", "1000"],
        ),
        (["SREM", "frozen:{p0}", "mal"], "frozen mal", 1, ["SADD", "frozen:{p0}", "mal"]),
        (["HINCRBY", "tot:{p0}", "issued", "5"], "total issued", 5, ["HINCRBY", "tot:{p0}", "issued", "-5"]),
    ],
)
async def test_what_differs_is_found_and_remembered(
    command: list[str], what: str, amount: int, mend: list[str], busy: World, books: Archive
) -> None:
    """Whatever is changed by hand is found before long; it is known since then, to others too, until it is mended."""
    await busy.store.call(*command)
    found = await round_of(auditor_on(busy, books, now_ms=5))
    later = await auditor_on(busy, books, now_ms=99).step()

    assert [(what, amount, 5)] == [(one.what, one.amount, one.since_ms) for one in found.drifts]
    assert (found.drifts, amount) == (later.drifts, later.drift)
    assert found.drifts == await books.read(drifts)
    await busy.store.call(*mend)
    assert [] == (await auditor_on(busy, books).step()).drifts == await books.read(drifts)


async def test_a_ledger_in_use_is_never_called_wrong(
    world: World, books: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While coins and diamonds move, people are frozen, and the journal is archived and trimmed, nothing differs."""
    monkeypatch.setattr(archive_journal, "KEPT", 5)
    world.moves = Moves([world.ledger], look_up_in(books))
    ended = asyncio.Event()

    async def use() -> None:
        i = 0
        while not ended.is_set():
            i += 1
            user = f"u{i % 7}"
            await world.grant(user, 100)
            await world.send(world.order(user), world.order(user, room="side", quantity=2), world.order("u3"))
            act = (Freeze if i % 2 else Unfreeze)(id=f"f{i}", user=f"z{i % 4}", reason="r", by="op")
            settled = Settlement(id=f"sam:{i}", user="sam", milli=1000, since_ms=i, until_ms=i + 1)
            await world.moves.post([act, settled])

    async def keep() -> None:
        archiver = archiver_on(world.store, books)
        while not ended.is_set():
            await archiver.step()
            await archiver.trim()

    working = [asyncio.create_task(use()), asyncio.create_task(keep())]
    auditor, said = auditor_on(world, books), list[Audited]()
    for _ in range(5):
        said.append(await auditor.step())
        found = await reconcile([Audit(world.store)], books, [Journal(world.store, EPOCH)], lambda what, done, of: None)
        assert found.ok, found
    ended.set()
    await asyncio.gather(*working)

    assert [] == [one for one in said if one.drifts]
    assert 3 < len({one.n for one in said})


async def test_many_auditors_do_no_harm(world: World, archive: Archive) -> None:
    """Auditors that look at the same time find the same, and none is in another's way."""
    await world.grant("ann", 100)
    await archive_all(world, archive)
    await world.store.call("HINCRBY", world.keys.coins, "ann", 7)
    auditors = [auditor_on(world, archive) for _ in range(4)]
    for _ in range(6):
        said = await asyncio.gather(*(auditor.step() for auditor in auditors))

    assert {7} == {one.drift for one in said}
    assert ["viewer:ann:coins"] == [one.what for one in await archive.read(drifts)]
    assert 1 == (await archive.read(latest_proof) or Proved(0, "", 0, Figures())).n


async def test_an_archive_that_was_changed(busy: World, books: Archive) -> None:
    """An archive whose postings are not those of its entries is out of order, and is not called proved."""
    await books.write(spoil, "UPDATE postings SET balance = balance + 1 WHERE n = 3")
    found = await round_of(auditor_on(busy, books))

    assert ["archive"] == [one.what for one in found.drifts]
    assert "the archive's postings are not those that its entries give" in found.drifts[0].told
    assert None is await books.read(latest_proof)


async def test_a_journal_that_was_changed(busy: World, books: Archive) -> None:
    """Entries that are not archived yet are held against the chain."""
    await busy.store.call("HSET", busy.keys.totals, "h", "0" * 40)

    assert ["head of the chain"] == [one.what for one in (await auditor_on(busy, books).step()).drifts]


async def test_what_cannot_be_compared_is_not_called_wrong(
    busy: World, books: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the archive is far behind, or the store has less than it, nothing is compared and nothing forgotten."""
    await busy.store.call("HINCRBY", busy.keys.coins, "ann", 7)
    found = await round_of(auditor_on(busy, books))
    await busy.store.call("HINCRBY", busy.keys.coins, "bob", 7)
    monkeypatch.setattr(module, "REST_MAX", 1)
    assert found.drifts == (await round_of(auditor_on(busy, books))).drifts
    monkeypatch.setattr(module, "REST_MAX", 1000)
    await busy.be_born()

    assert found.drifts == (await round_of(auditor_on(busy, books))).drifts
