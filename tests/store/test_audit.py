from __future__ import annotations

import asyncio

import pytest
from msgspec import to_builtins

from app.rules.goals import Goal, KeptGoal
from app.rules.messages import Event
from app.store import audit as module
from app.store.audit import Audit, Outbox, Page, StoredGoal
from app.store.client import Store
from loadtest.crossing_world import GUESTS, PAYERS, P, order
from tests.books import check_books, read_log
from tests.rules.shapes import strictly
from tests.store.crossing import four_partitions, pay
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
    found: list[Page] = []
    while not pouring.done():
        found.append(await audit.read(["ann", "sam", "nobody"]))
    reader.close()

    assert len({page.head for page in found}) > 3
    for page in found:
        assert (page.n - 1) // 2 * 8 == page.totals["spent"] == 100_000 - page.accounts["viewer:ann:coins"]
        assert page.accounts["streamer:sam:diamonds_pending"] == page.totals["minted"]
        assert (EPOCH, 0) == (page.epoch, page.accounts["viewer:nobody:coins"])


async def test_an_empty_store(world: World) -> None:
    """A store without a ledger has no epoch and no balances, and nothing else to read."""
    await world.store.call("FLUSHDB")
    audit = Audit(world.store)
    nothing = dict.fromkeys(("n", "issued", "spent", "clawed", "minted", "shared", "paid", "escrow"), 0)

    assert Page("", "", nothing) == await audit.read()
    assert [] == [users async for users in audit.users()]
    assert [] == [event async for event in audit.room_events("main")]


async def test_a_debt_is_a_negative_balance(world: World) -> None:
    """What somebody owes is below zero, as the books have it."""
    await world.store.call("HSET", world.keys.debt, "ann", 7)

    assert -7 == (await Audit(world.store).read(["ann"])).accounts["viewer:ann:debt"]


async def test_who_is_frozen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the users who are frozen are told with their balances, and all who are, page by page."""
    monkeypatch.setattr(module, "PAGE", 10)
    many = [f"f{i}" for i in range(600)]
    await world.store.call("SADD", world.keys.frozen, *many)
    pages = [users async for users in Audit(world.store).frozen()]

    assert {"f3", "f5"} == (await Audit(world.store).read(["f3", "ann", "f5"])).frozen
    assert (set(many), 10) == ({user for page in pages for user in page}, max(map(len, pages)))


async def test_everybody_comes_by(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has a balance in any column is among the users, a bounded number of them at a time."""
    monkeypatch.setattr(module, "PAGE", 10)
    for column in module.COLUMNS:
        flat = [word for i in range(600) for word in (f"{column}-{i}", 1)]
        await world.store.call("HSET", getattr(world.keys, column), *flat)
    pages = [users async for users in Audit(world.store).users()]

    assert {f"{column}-{i}" for column in module.COLUMNS for i in range(600)} == {u for page in pages for u in page}
    assert 10 >= max(map(len, pages))


async def test_room_events_one_by_one(world: World) -> None:
    """A room's events come one by one, each with its offset, however they were written together."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order(gift="heart"))
    await world.say("c")
    found = [(offset, strictly(event, Event)) async for offset, event in Audit(world.store).room_events("main")]

    assert [(1, 1), (2, 2), (3, 3)] == [(offset, event.offset) for offset, event in found]
    assert await read_log(world, "main") == [event for _, event in found]
    await check_books(world)


async def test_goals_of_one_moment(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rooms that have a goal are told with it, the entry and the event after which it stands so, page by page."""
    monkeypatch.setattr(module, "PAGE", 1)
    audit = Audit(world.store)
    assert ["main", "side"] == sorted(await audit.live_rooms())
    assert {} == await audit.goals(["main", "side", "nowhere"])
    await world.grant("ann", 100)
    goal = Goal(id="g", title="Encore", target=2, gift=None, ends_ms=None)
    await world.rooms.put_goal("side", goal)
    await world.send(world.order(room="side", quantity=3))
    kept = KeptGoal(**to_builtins(goal), since_n=1)

    assert {"side": StoredGoal(kept, 3, True, 2, 3)} == await audit.goals(["main", "side", "nowhere"])


async def test_what_is_under_way(store_url: str) -> None:
    """Gifts that were paid lie in escrow until they end, those to guests until these have them; all of one moment."""
    async with four_partitions(store_url) as worker:
        audits = [Audit(worker.standings[0].store, k) for k in range(P)]
        sent = await pay(worker, order(PAYERS[0], 1, receiver=GUESTS[1]), order(PAYERS[0], 2, gift="heart"))
        at_payers = await audits[0].outbox()
        await worker.steps[1].deliver(sent[:1], [False])
        at_rooms = await audits[1].outbox()
        await worker.ways.credit([sent[0].to_guest()])
        await worker.ways.carry(sent)
        after = [await audit.outbox() for audit in audits]

    assert Outbox(3, 6, {sent[0].name: 1, sent[1].name: 5}, {}) == at_payers
    assert Outbox(2, 0, {}, {f"guest {sent[0].name}": 1}) == at_rooms
    assert [(0, {}, {})] * P == [one[1:] for one in after]
