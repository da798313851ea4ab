from __future__ import annotations

import pytest

from app.actions.books.deliver import Delivery
from app.actions.books.told import TOLD
from app.actions.operator.freeze_user import Act, freeze_user, unfreeze_user
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.base.clock import now_ms
from app.base.errors import ArchiveError, Refusal
from app.store.keys import Keys
from app.store.moves import Posted
from loadtest.crossing_world import EPOCH, P
from tests.actions.shop import Shop
from tests.audited import acts
from tests.books import check_books
from tests.store.crossing import four_partitions

ACT = Act("ann", "a stolen card", "person:op", "k")


async def freeze(shop: Shop, act: Act = ACT) -> Posted:
    """An operator freezes somebody."""
    return await freeze_user(shop.archive, shop.delivery, shop.world.moves, act, shop.now_ms)


async def test_who_is_frozen_sends_nothing_until_it_ends(shop: Shop) -> None:
    """A frozen person's gift is refused with nothing moved; afterwards it is sent. Each act is an entry."""
    world = shop.world
    await world.grant("ann", 100)
    await freeze(shop)
    assert ["Rwallet_frozen"] == await world.send_in_vain(world.order())
    assert 100 == await world.coins("ann")
    end = ACT._replace(reason="it was theirs", key="l")
    await unfreeze_user(shop.archive, shop.delivery, world.moves, end, shop.now_ms)
    await world.send(world.order())

    assert 99 == await world.coins("ann")
    await check_books(world)
    assert [
        ("person:op", "freeze", "ann", "a stolen card", ""),
        ("person:op", "unfreeze", "ann", "it was theirs", ""),
    ] == await acts(shop.archive)


async def test_a_key_freezes_once(shop: Shop) -> None:
    """The same act again is the same entry, in the audit log too, and another act needs another key."""
    first, again = [await freeze(shop) for _ in range(2)]
    assert (first.n, False, True) == (again.n, first.duplicate, again.duplicate)
    with pytest.raises(Refusal, match="id_reused"):
        await freeze(shop, ACT._replace(user="bob"))
    assert 1 == len(await acts(shop.archive))


async def test_a_reason_is_needed(shop: Shop) -> None:
    """A reason with nothing to be seen in it is none."""
    with pytest.raises(Refusal, match="bad_request"):
        await freeze(shop, ACT._replace(reason="\u200b"))
    with pytest.raises(Refusal, match="bad_request"):
        await unfreeze_user(shop.archive, shop.delivery, shop.world.moves, ACT._replace(reason=" "), shop.now_ms)


async def test_what_cannot_be_written_down_is_not_done(shop: Shop) -> None:
    """Without an audit log nobody is frozen."""
    shop.archive.write_now(lambda connection: connection.exec_driver_sql("ALTER TABLE audit_log RENAME TO gone"))
    with pytest.raises(ArchiveError):
        await freeze(shop)

    await shop.world.grant("ann", 1)
    assert "N" == (await shop.world.send(shop.world.order()))[0][0]


async def test_a_partition_that_was_away_is_told_in_order(store_url: str, books: Archive) -> None:
    """Who was frozen while a partition was away, and is let go on when it is back, is frozen nowhere."""
    async with four_partitions(store_url) as worker:
        await books.write(begin_cursors, P)
        store, delivery = worker.ledgers[0].store, Delivery(books, worker.moves, TOLD, now_ms)
        await store.call("HSET", Keys(2).totals, "epoch", "another")
        with pytest.raises(Refusal, match="uninitialised"):
            await freeze_user(books, delivery, worker.moves, ACT, now_ms())
        frozen = [await store.call("SCARD", Keys(k).frozen) for k in range(P)]
        await store.call("HSET", Keys(2).totals, "epoch", EPOCH)
        end = ACT._replace(key="l")
        await unfreeze_user(books, delivery, worker.moves, end, now_ms())

        assert [1, 1, 0, 1] == frozen
        assert [0] * P == [await store.call("SCARD", Keys(k).frozen) for k in range(P)]
        await freeze_user(books, delivery, worker.moves, ACT._replace(key="m"), now_ms())
        assert [1] * P == [await store.call("SCARD", Keys(k).frozen) for k in range(P)]
