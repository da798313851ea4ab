from __future__ import annotations

import asyncio

from app.rules.messages import Event
from app.store import audit as module
from app.store.audit import Audit, Balances
from app.store.client import Store
from tests.books import check_books, read_log
from tests.rules.shapes import strictly
from tests.world import EPOCH, World


async def test_balances_of_one_moment(world: World) -> None:
    """While gifts pour in, balances and totals always fit each other."""
    await world.grant("ann", 100_000)
    ledger = world.ledger_with(journal_max=10_000)
    reader = Store(world.store.url)
    audit = Audit(reader)

    async def pour() -> None:
        for _ in range(100):
            await ledger.send_gifts([world.order(quantity=3), world.order(gift="heart")])

    pouring = asyncio.ensure_future(pour())
    found = []
    while not pouring.done():
        found.append(await audit.balances())
    reader.close()

    assert len({balances.head for balances in found}) > 3
    for balances in found:
        totals = balances.totals
        assert (totals["n"] - 1) // 2 * 8 == totals["spent"] == 100_000 - balances.columns["coins"]["ann"]
        assert balances.columns["pending"].get("sam", 0) == totals["minted"]


async def test_an_empty_store(world: World) -> None:
    """A store without a ledger has no epoch and no balances, and nothing else to read."""
    await world.store.call("FLUSHDB")
    audit = Audit(world.store)
    nothing = dict.fromkeys(("n", "issued", "spent", "clawed", "minted", "shared", "paid"), 0)
    nobody: dict[str, dict[str, int]] = {name: {} for name in ("coins", "debt", "pending", "available", "held")}

    assert Balances("", "", nothing, nobody) == await audit.balances()
    assert [] == [batch async for batch in audit.journal(up_to=9)]
    assert [] == [event async for event in audit.room_events("main")]


async def test_the_journal_page_by_page(world: World, monkeypatch: object) -> None:
    """The journal is read whole, in order, up to the entry that was asked for."""
    page, module.PAGE = module.PAGE, 2
    try:
        for i in range(7):
            await world.grant("ann", i + 1)
        batches = [batch async for batch in Audit(world.store).journal(up_to=5)]
    finally:
        module.PAGE = page

    assert [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)] == [(batch.first, batch.count) for batch in batches]
    assert EPOCH == (await Audit(world.store).balances()).epoch


async def test_room_events_one_by_one(world: World) -> None:
    """A room's events come one by one, each with its offset, however they were written together."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order(gift="heart"))
    await world.say("c")
    found = [(offset, strictly(event, Event)) async for offset, event in Audit(world.store).room_events("main")]

    assert [(1, 1), (2, 2), (3, 3)] == [(offset, event.offset) for offset, event in found]
    assert await read_log(world, "main") == [event for _, event in found]
    await check_books(world)
