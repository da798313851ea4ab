from __future__ import annotations

import asyncio

import msgspec
import pytest

from app.actions.books.deliver import Delivery
from app.actions.books.promotions import Promoter
from app.actions.books.told import TOLD
from app.actions.manage_room import RoomChange, change_room
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.rules.promotions import HOUR_MS
from app.store.moves import Moves
from app.store.promotions import Promotions
from app.store.standing import Standing
from tests.actions.promoting import Desk
from tests.actions.shop import Shop
from tests.books import check_books
from tests.crashes import Crash, CrashingStore, crashing_archive, die_everywhere
from tests.store import moving
from tests.world import EPOCH, World, partitions_of


@pytest.fixture
async def desk(shop: Shop) -> Desk:
    """Where rooms are promoted; ann has 1 000 coins."""
    await shop.world.grant("ann", 1000)
    return Desk(shop)


async def test_what_is_not_delivered_goes_back(desk: Desk) -> None:
    """With its time over, the coins of what was not delivered go back, rounded up, by one entry; the rest is spent."""
    promotion = (await desk.promote()).promotion
    assert 0 == await desk.promoter.step()
    await desk.counted(promotion, 333)
    await desk.promoter.step()
    assert 333 == (await desk.look(promotion)).delivered
    desk.shop.now_ms += HOUR_MS
    assert 1 == await desk.promoter.step()
    ended = await desk.look(promotion)

    assert ("ended", "time_over", 333, 334) == (ended.status, ended.why, ended.delivered, ended.returned)
    assert 834 == await desk.world.coins("ann")
    assert (0, 0) == (await desk.promoter.step(), await desk.promoter.step())
    assert {} == await desk.running.counted([promotion.id])
    await check_books(desk.world)


async def test_all_was_delivered(desk: Desk) -> None:
    """With all delivered it ends before its time, and nothing goes back."""
    promotion = (await desk.promote()).promotion
    await desk.promoter.step()
    await desk.counted(promotion, 1000)
    await desk.promoter.step()
    ended = await desk.look(promotion)

    assert ("ended", "delivered", 0) == (ended.status, ended.why, ended.returned)
    assert 500 == await desk.world.coins("ann")


@pytest.mark.parametrize(
    ("change", "why"),
    [(RoomChange(status="ended"), "room_ended"), (RoomChange(promotable=False), "not_promotable")],
)
async def test_a_room_that_ends(desk: Desk, change: RoomChange, why: str) -> None:
    """With its room, or with its owner's no, a promotion ends at once; that the room is live again changes nothing."""
    promotion = (await desk.promote()).promotion
    await desk.promoter.step()
    await change_room(desk.world.partitions, "main", change)
    await desk.running.stop(promotion.id, why)
    await change_room(desk.world.partitions, "main", RoomChange(status="live", promotable=True))
    await desk.promoter.step()

    assert ("ended", why) == ((await desk.look(promotion)).status, (await desk.look(promotion)).why)
    assert 1000 == await desk.world.coins("ann")


async def test_an_ended_room_is_noticed(desk: Desk) -> None:
    """The bookkeeper itself sees that the room has ended, or that its owner has changed their mind."""
    first = (await desk.promote()).promotion
    second = (await desk.promote(key="k2", room="side")).promotion
    await change_room(desk.world.partitions, "main", RoomChange(status="ended"))
    await change_room(desk.world.partitions, "side", RoomChange(promotable=False))
    assert 2 == await desk.promoter.step()

    assert ["room_ended", "not_promotable"] == [(await desk.look(one)).why for one in (first, second)]
    assert 1000 == await desk.world.coins("ann")


async def test_rooms_that_cannot_be_asked_for(books: Archive, parted: World) -> None:
    """A partition that is away, has no ledger or has lost its tail ends no promotions; a room that is gone does."""
    await books.write(begin_cursors, 4)
    desk = Desk(Shop(books, parted))
    await parted.grant("ann", 1000)
    here, there = [(await desk.promote(key=room, room=room)).promotion for room in ("main", "side")]
    keys = parted.partitions.rooms[3].keys
    # The directory knows in another one where the room is.
    for away in (1, 3):
        other = Promoter(books, desk.running, parted.without(away), desk.shop.delivery, desk.shop.clock)
        assert 0 == await other.step()
    await parted.store.call("DEL", keys.room("side"))
    await parted.store.call("HSET", keys.totals, "epoch", "another", "lost", 1)
    assert 0 == await desk.promoter.step()
    await parted.store.call("HSET", keys.totals, "epoch", EPOCH)
    assert 0 == await desk.promoter.step()
    await parted.store.call("HDEL", keys.totals, "lost")
    assert ["running", "running"] == [(await desk.look(one)).status for one in (here, there)]

    assert 1 == await desk.promoter.step()
    assert ["", "room_ended"] == [(await desk.look(one)).why for one in (here, there)]
    assert 500 == await parted.coins("ann")


async def test_a_debt_is_paid_first(desk: Desk) -> None:
    """What goes back pays off a debt that came meanwhile, also of a frozen person."""
    promotion = (await desk.promote()).promotion
    await desk.world.moves.post([moving.chargeback("ann", 700), moving.freeze("ann")])
    desk.shop.now_ms += HOUR_MS
    await desk.promoter.step()

    assert 500 == (await desk.look(promotion)).returned
    assert 300 == await desk.world.coins("ann")
    await check_books(desk.world)


async def test_a_store_that_has_lost_it(desk: Desk) -> None:
    """A promotion that the store knows nothing of goes on from what was kept."""
    promotion = (await desk.promote()).promotion
    await desk.promoter.step()
    await desk.counted(promotion, 7)
    await desk.promoter.step()
    await desk.running.forget(promotion.id)
    await desk.promoter.step()

    assert (7, {0: 7}) == (
        (await desk.running.counted([promotion.id]))[promotion.id].counted,
        (await desk.running.counted([promotion.id]))[promotion.id].parts,
    )


async def test_many_bookkeepers(desk: Desk) -> None:
    """Five at once end a promotion once."""
    promotion = (await desk.promote()).promotion
    await desk.promoter.step()
    desk.shop.now_ms += HOUR_MS
    await asyncio.gather(*(desk.another().step() for _ in range(5)))

    assert 500 == (await desk.look(promotion)).returned
    assert 1000 == await desk.world.coins("ann")
    await check_books(desk.world)


async def test_a_bookkeeper_that_dies_anywhere(desk: Desk, address: str) -> None:
    """Whoever goes on where a bookkeeper died, before or after any call or commit, gives back once and all of it."""
    world, shop = desk.world, desk.shop
    promotion = (await desk.promote()).promotion
    await desk.promoter.step()
    await desk.counted(promotion, 250)
    shop.now_ms += HOUR_MS

    async def work(crash: Crash) -> None:
        store, archive = CrashingStore(world.store.url, crash), crashing_archive(address, crash)
        standing = Standing(store, EPOCH)
        partitions = partitions_of(standing)
        moves = Moves(partitions.ledgers)
        delivery = Delivery(archive, moves, TOLD, shop.clock)
        promoter = Promoter(archive, Promotions(standing), partitions, delivery, shop.clock)
        try:
            while await promoter.step():
                pass
            await delivery.deliver()
            await promoter.step()
        finally:
            store.close()
            await asyncio.to_thread(archive.close)

    async def check(_: int) -> None:
        assert await world.coins("ann") in (500, 875)

    assert 10 < await die_everywhere(work, check)
    assert msgspec.structs.replace(await desk.look(promotion), ended_ms=0) == msgspec.structs.replace(
        promotion, status="ended", why="time_over", delivered=250, returned=375
    )
    assert 875 == await world.coins("ann")
    assert [] == await desk.running.ids()
    await check_books(world)
