from __future__ import annotations

import pytest

from app.actions.books import compare_store as module
from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursor
from app.rules.entries import Freeze, Unfreeze
from app.store import audit as audit_module
from app.store.audit import Audit
from app.store.journal import Journal
from tests.archiving import archive_all
from tests.world import EPOCH, World


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    monkeypatch.setattr(audit_module, "PAGE", 2)


@pytest.fixture(params=["archived", "half archived", "not archived"])
async def base(request: pytest.FixtureRequest, world: World, books: Archive) -> Cursor:
    """The end of the archive, with all of the ledger, half of it, or nothing before it."""
    await world.grant("ann", 100)
    await world.moves.post_one(Freeze(id="f-eve", user="eve", reason="r", by="op"))
    await world.moves.post_one(Freeze(id="f-mal", user="mal", reason="r", by="op"))
    await world.send(world.order(), world.order(room="side"))
    if request.param == "half archived":
        await archive_all(world, books)
    await world.grant("bob", 50)
    await world.moves.post_one(Freeze(id="f-zoe", user="zoe", reason="r", by="op"))
    await world.moves.post_one(Unfreeze(id="u-mal", user="mal", reason="r", by="op"))
    await world.send(world.order("bob"))
    if request.param == "archived":
        await archive_all(world, books)
    return await books.read(read_cursor)


async def differences(world: World, books: Archive, base: Cursor) -> dict[str, Difference]:
    """What differs, by its name."""
    found: list[Difference] = []
    in_use = BooksInUse(books, Journal(world.store, EPOCH), base)
    comparison = Comparison(Audit(world.store), in_use, found.append)
    async for _ in comparison.pages():
        pass
    assert 2 == comparison.wallets
    await comparison.totals(comparison.figures)
    assert [] == in_use.replay.problems
    return {difference.what: difference for difference in found}


async def test_a_store_in_order(world: World, books: Archive, base: Cursor) -> None:
    """Whatever is archived of it, a store that was left alone differs in nothing."""
    assert {} == await differences(world, books, base)


@pytest.mark.parametrize(
    ("command", "what", "store", "expected"),
    [
        (["HINCRBY", "coins:{p0}", "ann", "1"], "viewer:ann:coins", 99, 98),
        (["HDEL", "coins:{p0}", "bob"], "viewer:bob:coins", 0, 49),
        (["HSET", "coins:{p0}", "new", "7"], "viewer:new:coins", 7, 0),
        (["HSET", "debt:{p0}", "ann", "7"], "viewer:ann:debt", -7, 0),
        (["HDEL", "pending:{p0}", "sue"], "streamer:sue:diamonds_pending", 0, 1000),
        (["HSET", "held:{p0}", "sue", "3"], "streamer:sue:diamonds_held", 3, 0),
        (["SREM", "frozen:{p0}", "eve"], "frozen eve", 0, 1),
        (["SREM", "frozen:{p0}", "zoe"], "frozen zoe", 0, 1),
        (["SADD", "frozen:{p0}", "mal"], "frozen mal", 1, 0),
        (["SADD", "frozen:{p0}", "new"], "frozen new", 1, 0),
        (["HINCRBY", "tot:{p0}", "spent", "5"], "total spent", 8, 3),
        (["HINCRBY", "given:{p0}", "ann", "5"], "viewer:ann:given", 7, 2),
        (["HSET", "tot:{p0}", "h", "abc"], "head of the chain", "abc", ""),
    ],
)
async def test_whatever_is_changed_is_found(
    command: list[str], what: str, store: int | str, expected: int | str, world: World, books: Archive, base: Cursor
) -> None:
    """A balance, a flag or a total that was changed by hand is found with both figures, and nothing else is."""
    head = (await Audit(world.store).read()).head
    await world.store.call(*command)

    assert {what: Difference(what, store, expected or (head if "head" in what else 0))} == await differences(
        world, books, base
    )


async def test_many_come_page_by_page(world: World, books: Archive) -> None:
    """Each of many who are not in the books is found."""
    for i in range(600):
        await world.store.call("HSET", world.keys.available, f"m{i}", i + 1)
    found: list[Difference] = []
    comparison = Comparison(Audit(world.store), BooksInUse(books, Journal(world.store, EPOCH), Cursor()), found.append)
    async for _ in comparison.pages():
        pass

    assert {f"streamer:m{i}:diamonds_available": i + 1 for i in range(600)} == {one.what: one.store for one in found}


async def test_it_goes_on_with_later_books(world: World, books: Archive, base: Cursor) -> None:
    """On the way, a comparison may be given the books of a later base, and go on where it was."""
    found: list[Difference] = []
    comparison = Comparison(Audit(world.store), BooksInUse(books, Journal(world.store, EPOCH), base), found.append)
    async for _ in comparison.pages():
        await world.send(world.order(quantity=2))
        await archive_all(world, books)
        comparison.books = BooksInUse(books, Journal(world.store, EPOCH), await books.read(read_cursor))

    assert [] == found
