from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.base.errors import ConfigError
from app.store.birth import epochs_in, open_ledger, partitions_in
from app.store.client import Store
from app.store.keys import Keys


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """An empty store."""
    store = Store(f"{store_url}?db=2")
    await store.call("FLUSHDB")
    yield store
    store.close()


async def test_every_partition_is_born_with_one_epoch(store: Store) -> None:
    """A new ledger has one epoch in all of its partitions, and keeps it; only to look makes none."""
    assert "" == await open_ledger(store, "", 4)
    assert "first" == await open_ledger(store, "first", 4)
    assert "first" == await open_ledger(store, "second", 4)
    assert [b"first"] * 4 == [await store.call("HGET", Keys(k).totals, "epoch") for k in range(4)]


@pytest.mark.parametrize(("born", "asked"), [(1, 4), (4, 1), (4, 5), (4, 2)])
async def test_another_number_of_partitions_is_refused(born: int, asked: int, store: Store) -> None:
    """How many partitions a ledger has is fixed at its birth."""
    await open_ledger(store, "e", born)

    with pytest.raises(ConfigError, match=f"has {born} partitions, not {asked}"):
        await open_ledger(store, "", asked)


async def test_a_ledger_says_how_many_partitions_it_has(store: Store) -> None:
    """Its first partition says how many there are; where it has no ledger, nothing is said."""
    asked = [await partitions_in(store)]
    await open_ledger(store, "e", 4)
    asked.append(await partitions_in(store))
    await store.call("HDEL", Keys(0).totals, "partitions")

    assert [0, 4, 1] == [*asked, await partitions_in(store)]


async def test_a_ledger_from_before_has_one_partition(store: Store) -> None:
    """A ledger that does not say how many partitions it has has one."""
    await open_ledger(store, "e")
    await store.call("HDEL", Keys(0).totals, "partitions")

    assert "e" == await open_ledger(store, "x")
    with pytest.raises(ConfigError, match="has 1 partitions, not 4"):
        await open_ledger(store, "x", 4)


async def test_a_birth_that_was_cut_short_is_finished(store: Store) -> None:
    """Whoever dies while a ledger is born leaves partitions that the next one takes, with their epoch."""
    await open_ledger(store, "cut", 4)
    await store.call("DEL", Keys(0).totals, Keys(1).totals)

    assert "cut" == await open_ledger(store, "new", 4)
    assert b"cut" == await store.call("HGET", Keys(1).totals, "epoch")


async def test_partitions_of_several_ledgers_are_refused(store: Store) -> None:
    """A store into which parts of two ledgers were put is no ledger; one that has lost a part is not made whole."""
    await open_ledger(store, "a", 4)
    await store.call("DEL", Keys(2).totals)

    assert "a" == await open_ledger(store, "new", 4)
    assert not await store.call("EXISTS", Keys(2).totals)
    await store.call("HSET", Keys(2).totals, "epoch", "b", "layout", "3", "partitions", 4)
    with pytest.raises(ConfigError, match="several ledgers: a, b"):
        await open_ledger(store, "", 4)


async def test_a_ledger_that_has_lost_its_first_partition_is_not_made_whole(store: Store) -> None:
    """Where others have entries, a first partition that is missing was lost: nothing begins anew in its place."""
    await open_ledger(store, "a", 4)
    await store.call("HSET", Keys(2).totals, "n", 1)
    await store.call("DEL", Keys(0).totals)

    assert "a" == await open_ledger(store, "new", 4)
    assert ["", "a", "a", "a"] == await epochs_in(store, 4)
