from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from app.actions.books.deliver import Delivery
from app.actions.books.told import TOLD
from app.actions.guardian import link_wards
from app.actions.guardian.decide_approvals import Approvals
from app.actions.guardian.guard_ward import guard_ward
from app.actions.manage_room import RoomChange, change_room
from app.actions.viewer.bound_spending import put_bounds
from app.actions.viewer.promote_room import OPEN_OF_ONE_MAX, PromotionRequest, Wish, promote_room
from app.archive import promotions
from app.base.errors import Refusal
from app.rules.approvals import Approval
from app.rules.guardians import Link
from app.rules.promotions import entry
from app.rules.spending import Bounds, Guard
from tests.actions.promoting import Desk
from tests.actions.shop import Shop
from tests.books import check_books
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.store import moving
from tests.world import World

LINK = Link(ward="ann", ward_name="Ann", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


@pytest.fixture
def desk(shop: Shop) -> Desk:
    """Where rooms are promoted."""
    return Desk(shop)


async def refused(desk: Desk, **wanted: str) -> str:
    """The slug with which it is refused; nothing has moved."""
    before = await desk.world.coins("ann")
    with pytest.raises(Refusal) as raised:
        await desk.promote(**wanted)
    assert before == await desk.world.coins("ann")
    return raised.value.slug


async def test_coins_are_spent_once(desk: Desk) -> None:
    """The same key fifty times at once, and later again, spends once and is the same promotion; nobody earns by it."""
    await desk.world.grant("ann", 1200)
    found = await asyncio.gather(*(desk.promote() for _ in range(50)))
    again = await desk.promote()

    assert 1 == sum(not promoted.replayed for promoted in found)
    assert {again.promotion.id} == {promoted.promotion.id for promoted in found}
    assert ("running", 500, 1000) == (again.promotion.status, again.promotion.coins, again.promotion.impressions)
    assert 3_600_000 == again.promotion.ends_ms - again.promotion.started_ms
    assert 700 == await desk.world.coins("ann")
    assert "id_reused" == await refused(desk, package="first_look")
    await check_books(desk.world)


async def test_what_cannot_be_promoted(desk: Desk) -> None:
    """A room that is unknown, ended or whose owner says no, an unknown package: each has its slug, no coin moves."""
    await desk.world.grant("ann", 1000)
    slugs = [await refused(desk, room="nowhere"), await refused(desk, room="a b"), await refused(desk, package="x")]
    await change_room(desk.world.partitions, "side", RoomChange(promotable=False))
    slugs.append(await refused(desk, room="side"))
    await change_room(desk.world.partitions, "side", RoomChange(status="ended", promotable=True))
    slugs.append(await refused(desk, room="side"))

    assert ["room_not_found", "room_not_found", "unknown_package", "not_promotable", "room_not_live"] == slugs


async def test_who_cannot_pay(desk: Desk) -> None:
    """Too few coins, a debt, a frozen wallet are refused as for gifts, for ever under that key; a new one may pay."""
    assert "insufficient_coins" == await refused(desk)
    await desk.world.grant("ann", 1000)
    assert "insufficient_coins" == await refused(desk)
    await desk.world.moves.post([moving.freeze("ann")])
    assert "wallet_frozen" == await refused(desk, key="k2")
    await desk.world.moves.post([moving.unfreeze("ann"), moving.chargeback("ann", 1001)])
    assert "wallet_in_debt" == await refused(desk, key="k3")
    await desk.world.grant("ann", 501)

    assert "running" == (await desk.promote(key="k4")).promotion.status
    assert 0 == await desk.world.coins("ann")
    await check_books(desk.world)


async def test_so_many_at_once(desk: Desk) -> None:
    """One person cannot take all places."""
    await desk.world.grant("ann", 150 * OPEN_OF_ONE_MAX + 150)
    for number in range(OPEN_OF_ONE_MAX):
        await desk.promote(key=f"k{number}", package="first_look")

    assert "limit_reached" == await refused(desk, key="one more", package="first_look")


async def test_so_many_of_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """When as many run as can, another one is told to come again later, and has paid nothing."""
    monkeypatch.setattr("app.actions.viewer.promote_room.OPEN_MAX", 1)
    await desk.world.grant("ann", 1000)
    await desk.promote(key="first", package="first_look")

    assert "overloaded" == await refused(desk, package="first_look")


async def test_a_guardian_is_asked_first(desk: Desk) -> None:
    """Nothing is spent before; with a yes that one goes once, beside the guardian's other limits, and no other does."""
    world, archive = desk.world, desk.archive
    await link_wards.link_by_platform(world.partitions, archive, LINK, "UTC")
    await guard_ward(world.standing, archive, "gil", "ann", lambda before: replace(before, approve_from=500, day=900))
    await world.grant("ann", 2000)
    decisions = Approvals(world.partitions, archive)

    assert "running" == (await desk.promote("small", package="first_look")).promotion.status
    asked = [await desk.ask(key) for key in ("yes", "no", "too much", "yes")]
    first = asked[0]
    assert isinstance(first, Approval)
    assert (first, "promotion", 500) == (asked[3], first.kind, first.coins)
    assert ("main", "Main") == (first.about.room, first.about.room_title)
    assert (1850, "id_reused") == (await world.coins("ann"), await refused(desk, key="yes", package="all_evening"))
    for one, approve in zip(asked, (True, False, True), strict=False):
        assert isinstance(one, Approval)
        await decisions.decide("gil", one.id, approve)
    went = await asyncio.gather(*(desk.promote("yes") for _ in range(9)))
    assert 1 == sum(not one.replayed for one in went)
    assert (1350, {"running"}) == (await world.coins("ann"), {one.promotion.status for one in went})
    # 650 of the 900 for a day are spent.
    assert ["limit_reached"] * 2 == [await refused(desk, key=key) for key in ("no", "too much")]
    await check_books(world)


async def test_a_guardian_who_asks_to_be_asked_meanwhile(desk: Desk) -> None:
    """What was on its way before is refused by the store, with nothing spent; asked for anew, it waits."""
    world, archive = desk.world, desk.archive
    await link_wards.link_by_platform(world.partitions, archive, LINK, "UTC")
    await put_bounds(world.standing, archive, "ann", Bounds(version=10**15, guard=Guard(approve_from=1)))
    await world.grant("ann", 1000)

    with pytest.raises(Refusal) as late:
        await desk.ask()
    assert ("limit_reached", "guardian_approval") == (late.value.slug, late.value.details["limit"])
    assert 1000 == await world.coins("ann")
    await guard_ward(world.standing, archive, "gil", "ann", lambda before: replace(before, approve_from=1))
    assert isinstance(await desk.ask("anew"), Approval)


@pytest.mark.parametrize("hindered", [None, "frozen", "owing"])
async def test_what_was_refused_is_never_paid(desk: Desk, hindered: str | None) -> None:
    """A process that read the entry before it was refused, and posts it when there are coins, spends none."""
    world = desk.world
    if hindered == "frozen":
        await world.moves.post([moving.grant("ann", 600), moving.freeze("ann")])
    elif hindered == "owing":
        await world.moves.post([moving.chargeback("ann", 5)])
    with pytest.raises(Refusal):
        await desk.promote()
    known = await desk.archive.read(promotions.find_by_request, "ann:k")
    assert known is not None
    found = known[0]
    await world.moves.post([moving.unfreeze("ann"), moving.grant("ann", 1000)])
    before = await world.coins("ann")
    (late,) = await world.moves.post([entry(found)])

    assert isinstance(late, Refusal)
    assert ("id_reused", before) == (late.slug, await world.coins("ann"))
    assert "refused" == found.status
    await check_books(world)


async def test_a_worker_that_dies_anywhere(desk: Desk, address: str) -> None:
    """Whoever asks again where a worker died, before or after any call or commit, spends once and has one promotion."""
    world, shop = desk.world, desk.shop
    await world.grant("ann", 1000)

    async def work(crash: Crash) -> None:
        store, archive = CrashingStore(world.store.url, crash), crashing_archive(address, crash)
        mine = World(store)
        delivery = Delivery(archive, mine.moves, TOLD, shop.clock)
        book = shop.tariff.promotion_book("US", shop.now_ms)
        wish = Wish("ann", "k", PromotionRequest(room="main", package="full_house"))
        try:
            await promote_room(archive, delivery, mine.partitions, book, wish, shop.now_ms)
        finally:
            store.close()
            await asyncio.to_thread(archive.close)

    async def check(_: int) -> None:
        assert await world.coins("ann") in (500, 1000)

    assert 5 < await die_everywhere(work, check)
    assert 500 == await world.coins("ann")
    assert ["running"] == [one.status for one in await desk.archive.read(promotions.page, "ann", None, 9)]
    await check_books(world)
