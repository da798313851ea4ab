from __future__ import annotations

import pytest

from app.actions.books.look_up import look_up_in
from app.archive.archive import Archive
from app.base.errors import ArchiveError, Refusal
from app.store.journal import Journal
from app.store.moves import Moves
from tests.archiving import archive_all
from tests.world import EPOCH, World


async def test_an_intent_is_known_for_ever(world: World, books: Archive) -> None:
    """A key that the store has dropped is answered as the first time; other content under it is refused."""
    world.moves = Moves([world.ledger], look_up_in(books))
    await world.grant("ann", 5, "k1")
    await world.send(world.order())
    await archive_all(world, books)
    assert 2 == await Journal(world.store, EPOCH).trim(2)

    assert 5 == await world.grant("ann", 5, "k1")
    with pytest.raises(Refusal, match="id_reused"):
        await world.grant("ann", 6, "k1")
    assert 11 == await world.grant("ann", 7, "k2")
    assert 11 == await world.grant("ann", 7, "k2")


async def test_an_archive_that_lags_is_no_answer(world: World, books: Archive) -> None:
    """An archive that does not go as far as keys were dropped is not believed: it could not know of them."""
    world.moves = Moves([world.ledger], look_up_in(books))
    await world.grant("ann", 5, "k1")
    await world.store.call("HSET", world.keys.totals, "archived", 1)
    await Journal(world.store, EPOCH).trim(1)

    with pytest.raises(Refusal, match="The archive is behind"):
        await world.grant("ann", 5, "k1")


async def test_without_the_archive_nothing_is_posted(world: World) -> None:
    """Where the archive has to be asked and cannot be, nothing is applied."""
    broken = Archive("sqlite:////dev/null/archive.db")
    world.moves = Moves([world.ledger], look_up_in(broken))
    await world.store.call("HSET", world.keys.totals, "keys_from", 2)
    with pytest.raises(ArchiveError):
        await world.grant("ann", 5, "k1")
    broken.close()

    assert 0 == await world.coins("ann")
