from __future__ import annotations

import pytest

from app.actions.books.books_in_use import BooksInUse
from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursor
from app.rules.entries import Freeze, Unfreeze
from app.rules.figures import Figures
from app.store.audit import Audit
from app.store.journal import Journal
from tests.archiving import archive_all
from tests.store.moving import payout_hold, settlement
from tests.world import EPOCH, World

ANN, SAM = "viewer:ann:coins", "streamer:sam:diamonds_pending"


@pytest.fixture
async def books_in_use(world: World, books: Archive) -> BooksInUse:
    """The books of a ledger that is archived up to n 3, and goes to n 7."""
    await world.grant("ann", 100, "k")
    await world.grant("bob", 20)
    await world.send(world.order())
    await archive_all(world, books)
    base = await books.read(read_cursor)
    await world.send(world.order(), world.order("bob", room="side"))
    for kind in (Freeze, Unfreeze):
        await world.moves.post_one(kind(id="f", user="eve", reason="r", by="op"))
    return BooksInUse(books, Journal(world.store, EPOCH), base)


async def test_balances_of_later_moments(world: World, books_in_use: BooksInUse) -> None:
    """As it goes on, the balances of all who are moved are those of that moment, beginning with the archive's."""
    await books_in_use.go_on(5)
    first = {name: books_in_use.replay.balances[name] for name in (ANN, SAM)}
    await world.send(world.order(quantity=8))
    await books_in_use.go_on(8)

    assert ({ANN: 98, SAM: 2000}, 90) == (first, books_in_use.replay.balances[ANN])
    assert ([], 8) == (books_in_use.replay.problems, books_in_use.replay.n)
    assert {ANN: 99, SAM: 1000} == await books_in_use.at_base([ANN, SAM, "viewer:eve:coins"])
    assert Figures(wallets=-10, spent=10, minted=10_000, pending=10_000) == books_in_use.moved
    assert 8 == (await Audit(world.store).read()).n


async def test_who_is_frozen_since(books_in_use: BooksInUse) -> None:
    """Who was frozen or unfrozen behind the base is known."""
    await books_in_use.go_on(6)
    assert {"eve": True} == books_in_use.frozen
    await books_in_use.go_on(7)
    assert {"eve": False} == books_in_use.frozen


async def test_what_is_noted_without_being_moved(world: World, books: Archive) -> None:
    """A settlement behind the base notes diamonds that are held and do not move: they are known from the archive."""
    await world.grant("ann", 10)
    await world.send(world.order(quantity=5))
    await world.moves.post([settlement("sam", 3000), payout_hold("sam", 2000)])
    await archive_all(world, books)
    base = await books.read(read_cursor)
    await world.moves.post_one(settlement("sam", 1000))
    later = BooksInUse(books, Journal(world.store, EPOCH), base)
    await later.go_on(5)

    assert ([], 2000) == (later.replay.problems, later.replay.balances["streamer:sam:diamonds_held"])


async def test_without_an_archive(world: World, books: Archive) -> None:
    """Where nothing is archived, everything is behind the base."""
    await world.grant("ann", 5)
    all_of_it = BooksInUse(books, Journal(world.store, EPOCH), Cursor())
    await all_of_it.go_on(1)

    assert (5, {}, 5) == (all_of_it.replay.balances[ANN], await all_of_it.at_base([ANN]), all_of_it.moved.issued)


async def test_a_key_that_the_archive_has_already(world: World, books_in_use: BooksInUse) -> None:
    """An intent that is applied once more behind the base is a problem."""
    await world.store.call("HDEL", world.keys.moves, "grant:k")
    await world.grant("ann", 100, "k")
    await books_in_use.go_on(8)

    assert ["n 8: grant:k was applied before, at n 1"] == books_in_use.replay.problems
