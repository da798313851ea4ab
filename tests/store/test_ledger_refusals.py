from __future__ import annotations

import pytest

from app.base.errors import ConfigError, Refusal, StoreRefused
from app.store.birth import open_ledger
from app.store.ledger import ID_BUCKET_MS
from tests.books import read_log
from tests.world import EPOCH, World, texts

SKEW_MS = 5000


pytestmark = pytest.mark.usefixtures("audited")


async def test_the_journal_is_bounded(world: World) -> None:
    """When too much waits for the archive, gifts are refused; when the archive has it, they go on."""
    await world.grant("ann", 100)
    ledger = world.ledger_with(journal_max=3)

    assert ["NA", "NA"] == [r[:2] for r in texts(await ledger.send_gifts([world.order(), world.order()]))]
    assert [b"Roverloaded"] == await ledger.send_gifts([world.order()])
    await world.store.call("HSET", world.keys.totals, "archived", 3)
    assert [b"NA|4|97|1|1000|2|3"] == await ledger.send_gifts([world.order()])


async def test_diamonds_have_a_bound_too(world: World) -> None:
    """A gift whose diamonds the store could not count exactly any more is refused whole."""
    await world.grant("ann", 10**12)
    await world.store.call("HSET", world.keys.totals, "minted", 9 * 10**15 - 999)

    assert ["Runavailable full"] == await world.send_in_vain(world.order())
    await world.store.call("HSET", world.keys.totals, "minted", 0)


@pytest.mark.parametrize("epoch", [None, "another"])
async def test_an_empty_or_foreign_store_is_uninitialised(epoch: str | None, world: World) -> None:
    """A flushed store, or another ledger's, refuses everything as uninitialised, never as too few coins."""
    await world.grant("ann", 100)
    order = world.order()
    await world.store.call("FLUSHDB")
    if epoch is not None:
        assert epoch == await open_ledger(world.store, epoch)

    assert ["Runinitialised"] == await world.send_in_vain(order)
    uses = [
        world.grant("ann", 1),
        world.ledger.wallets(["ann"]),
        world.ledger.stored_result("ann", order.wire.id, order.wire.id_ms),
        world.rooms.picture("main"),
        world.rooms.end_streaks("main", ["x"]),
        world.rooms.change("main", "}", {"title": "x"}),
    ]
    for use in uses:
        with pytest.raises(Refusal, match="uninitialised"):
            await use
    assert "Runinitialised" == await world.say("c")


async def test_a_clock_a_little_behind_stands_still(world: World) -> None:
    """Within five seconds the ledger's time does not go back: it waits at its last entry."""
    await world.grant("ann", 100)
    high = world.now_ms() + 3000
    await world.store.call("HSET", world.keys.totals, "hw", high)
    await world.send(world.order())

    assert [high] == [event.at_ms for event in await read_log(world, "main")]


async def wrong_typed(world: World, key: str) -> None:
    """Makes a key one of the wrong type."""
    await world.store.call("DEL", key)
    await world.store.call("SET", key, "x")


WRITTEN = [
    "totals",
    "journal",
    "coins",
    "pending",
    "frozen",
    "names",
    "streaks_due",
    "id_buckets",
    "given",
    "idem",
    "room",
    "log",
    "streaks",
    "board",
]


@pytest.mark.parametrize("name", WRITTEN)
async def test_a_key_of_the_wrong_type_refuses_the_whole_batch(name: str, world: World) -> None:
    """Where any key that a gift touches is damaged, the batch is refused before its first write."""
    await world.grant("ann", 100)
    await world.send(world.order(gift="heart"))
    order, keys = world.order(), world.keys
    key = {
        "idem": keys.idem(order.wire.id_ms // ID_BUCKET_MS),
        "room": keys.room("side"),
        "log": keys.log("side"),
        "streaks": keys.streaks("side"),
        "board": keys.board("side"),
    }.get(name) or getattr(keys, name)
    await wrong_typed(world, key)
    before = await world.dump()
    with pytest.raises(StoreRefused, match="WRONGTYPE"):
        await world.send(world.order(gift="swan"), world.order(room="side"), order)

    assert before == await world.dump()
    await world.store.call("FLUSHDB")


@pytest.mark.parametrize("name", ["journal", "coins", "debt", "pending", "frozen", "moves"])
async def test_a_key_of_the_wrong_type_refuses_moves(name: str, world: World) -> None:
    """Where any key that a move touches is damaged, the moves are refused before the first write."""
    await world.grant("ann", 100)
    await wrong_typed(world, getattr(world.keys, name))
    before = await world.dump()
    with pytest.raises(StoreRefused, match="WRONGTYPE"):
        await world.grant("ann", 1)

    assert before == await world.dump()
    await world.store.call("FLUSHDB")


async def test_out_of_memory_is_refused_before_any_write(world: World) -> None:
    """A store that is full refuses gifts, grants and comments whole, answers reads, and goes on when it has room."""
    await world.grant("ann", 100)
    order = world.order()
    before = await world.dump()
    await world.store.call("CONFIG", "SET", "maxmemory", 1)
    try:
        for use in (world.send(order), world.grant("ann", 1, "k"), world.say("c")):
            with pytest.raises(StoreRefused, match="OOM"):
                await use
        assert before == await world.dump()
        assert 100 == await world.coins("ann")
        assert "main" == (await world.rooms.picture("main")).room.id
    finally:
        await world.store.call("CONFIG", "SET", "maxmemory", 0)

    assert ["NA|2|99|1|1000|2|1"] == await world.send(order)


async def test_a_ledger_is_born_once(world: World) -> None:
    """An empty store gets a ledger; one that has a ledger keeps it, and looking births nothing."""
    assert EPOCH == await open_ledger(world.store, "another")
    await world.store.call("FLUSHDB")

    assert "" == await open_ledger(world.store, "")
    assert {} == await world.dump()
    assert "new" == await open_ledger(world.store, "new")
    await world.store.call("FLUSHDB")


@pytest.mark.parametrize("left", ["journal", "coins"])
async def test_a_damaged_ledger_is_no_empty_store(left: str, world: World) -> None:
    """A store with balances or a journal but no totals is not taken for an empty one."""
    await world.grant("ann", 5)
    await world.store.call("DEL", world.keys.totals)
    await world.store.call("DEL", world.keys.journal if left == "coins" else world.keys.coins)
    with pytest.raises(ConfigError, match="damaged"):
        await open_ledger(world.store, "new")
    await world.store.call("FLUSHDB")
