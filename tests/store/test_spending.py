from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from msgspec.structs import replace

from app.base.errors import Refusal
from app.rules.spending import DAY_MS, Bounds, Guard, Limits, begun
from app.rules.zones import zone_at
from app.store.address import read_address
from app.store.reach import reach
from app.store.spending import Counted, decide_gift, put_limits, read_limits, renew_zones
from tests.fault_proxy import eventually
from tests.noon import noon
from tests.store.moving import promotion, promotion_returned
from tests.world import World

pytestmark = pytest.mark.usefixtures("audited")
HOUR_MS = 3_600_000


async def bound(world: World, user: str = "ann", spent: int = 0, **changed: Any) -> Bounds:
    """Sets what bounds somebody's spending; `spent` of it is told by the archive."""
    kept, now_ms = await read_limits(world.standing, user), world.now_ms()
    before = kept.bounds or Bounds()
    bounds = replace(before, **{"tz": before.tz if before.version else noon(), **changed}, version=before.version + 1)
    zone = zone_at(bounds.tz, now_ms)
    counted = Counted(begun(kept.given, (spent, spent, spent), zone, now_ms), kept.n)
    assert await put_limits(world.standing, user, bounds, zone, counted)
    return bounds


async def later(world: World, ms: int) -> None:
    """So much time passes, for the ledger and for all who look at it."""
    shift = int(await world.store.call("HGET", world.keys.totals, "shift") or 0)
    await world.store.call("HSET", world.keys.totals, "shift", shift + ms)
    world.rooms.standing = world.ledger.standing = world.stand()
    await world.standing.see()
    await renew_zones(world.standing, world.now_ms())


async def at_time(world: World, when: datetime) -> None:
    """Time passes until then."""
    await later(world, int(when.timestamp() * 1000) - world.now_ms())


async def gives(world: World, coins: int, user: str = "ann", **changed: Any) -> str:
    """What the store answers to a gift of so many coins: '' where it is taken."""
    (result,) = await world.send(world.order(user, "rose", quantity=coins, **changed))
    return "" if result.startswith("NA|") else result


@pytest.mark.parametrize("whose", ["own", "guard"])
async def test_no_limit_is_passed_by_one_coin(world: World, whose: str) -> None:
    """Two hundred gifts at once by four ways, in batches and alone, spend a day's limit and not a coin more."""
    await world.grant("ann", 100_000)
    own, guard = (Limits(day=1000), None) if whose == "own" else (Limits(), Guard(day=1000))
    await bound(world, own=own, guard=guard)
    limit = "day" if whose == "own" else "guardian_day"
    orders = [world.order("ann", "rose", quantity=7) for _ in range(200)]
    batches = [orders[:60], orders[60:61], orders[61:130], orders[130:]]
    results = [text for texts in await asyncio.gather(*(world.send(*batch) for batch in batches)) for text in texts]

    assert (142, 58) == (
        sum(text[:2] == "NA" for text in results),
        sum(text.startswith(f"NL|{limit}|") for text in results),
    )
    assert 100_000 - 142 * 7 == await world.coins("ann")
    assert "" == await gives(world, 6)
    assert (await gives(world, 1)).startswith(f"NL|{limit}|0|")
    assert (await read_limits(world.standing, "ann")).given == 1000


async def test_a_lock_holds_from_its_answer_on(world: World) -> None:
    """While gifts come by four ways at once a guardian locks: nothing goes that was sent after its answer."""
    await world.grant("ann", 100_000)
    await bound(world, own=Limits(day=90_000))
    locked = asyncio.Event()
    after = list[str]()

    async def give() -> None:
        for _ in range(50):
            was_locked = locked.is_set()
            result = await gives(world, 1)
            if was_locked:
                after.append(result)

    async def lock() -> None:
        await gives(world, 1)
        await bound(world, guard=Guard(locked=True))
        locked.set()

    await asyncio.gather(*(give() for _ in range(4)), lock())
    assert {"NL|locked|0|0"} == set(after)
    spent = 100_000 - await world.coins("ann")
    await bound(world, guard=None)
    kept = await read_limits(world.standing, "ann")
    assert spent == kept.given


async def test_limits_that_are_gone_are_no_leave(world: World) -> None:
    """Who has limits that the store cannot find spends nothing, and everybody else in the batch does."""
    await world.grant("ann", 100)
    await world.grant("bob", 100)
    await bound(world, own=Limits(day=90))
    assert [True, False] == [wallet.limited for wallet in await world.ledger.wallets(["ann", "bob"])]
    await world.store.call("HDEL", world.keys.limits, "ann")
    assert ["NL", "NA"] == [text[:2] for text in await world.send(world.order("ann"), world.order("bob"))]


@pytest.mark.parametrize(
    ("set_", "coins", "refused"),
    [
        ({"own": Limits(gift=10)}, 11, "NL|gift|10|0"),
        ({"own": Limits(day=10)}, 11, "NL|day|10|"),
        ({"own": Limits(week=10, day=20)}, 11, "NL|week|10|"),
        ({"own": Limits(month=10, week=10)}, 11, "NL|month|10|"),
        ({"own": Limits(day=0)}, 1, "NL|day|0|"),
        ({"own": Limits(day=10), "guard": Guard(day=5)}, 6, "NL|guardian_day|5|"),
        ({"own": Limits(day=5), "guard": Guard(day=10)}, 6, "NL|day|5|"),
        ({"guard": Guard(gift=3)}, 4, "NL|guardian_gift|3|0"),
        ({"guard": Guard(locked=True)}, 1, "NL|locked|0|0"),
        ({"guard": Guard(blocked=("sam",))}, 1, "NL|guardian_streamer|0|0"),
        ({"cool_off_ms": 2**50}, 1, f"NL|cool_off|0|{2**50}"),
        ({"guard": Guard(approve_from=5)}, 5, "NP|"),
    ],
)
async def test_the_stricter_one_holds(world: World, set_: dict[str, Any], coins: int, refused: str) -> None:
    """What goes beyond a limit is refused again and again, with what is left and when it begins anew; less is taken."""
    await world.grant("ann", 1000)
    await bound(world, **set_)
    for _ in range(2):
        assert (await gives(world, coins)).startswith(refused)
    order = world.order("ann", "rose", quantity=coins)
    both = await world.send(order, order)
    assert ["N" + both[0][1:], "D" + both[0][1:]] == both
    await bound(world, own=Limits(), guard=None, cool_off_ms=0)
    # What was refused is refused for ever: an old resend cannot spend under other limits.
    assert both[1:] == await world.send_in_vain(order)
    assert "" == await gives(world, coins)


async def test_less_than_the_limit_is_taken(world: World) -> None:
    """Gifts within all limits go, whoever else is in the batch, and their sum is what was given since."""
    await world.grant("ann", 1000)
    await world.grant("bob", 1000)
    everything = Guard(gift=50, day=60, approve_from=51, blocked=("gil",), from_minute=0, to_minute=1439)
    await bound(world, own=Limits(gift=40, day=50, week=100, month=200), guard=everything)
    results = await world.send(
        world.order("bob", "rose", quantity=300), *(world.order("ann", "rose", quantity=20) for _ in range(3))
    )
    assert ["NA", "NA", "NA", "NL"] == [result[:2] for result in results]
    kept = await read_limits(world.standing, "ann")
    assert kept.come is not None
    assert (40, 0.0, 40.0) == (kept.given, kept.come.day_from, kept.come.most)


async def test_what_was_spent_before_counts(world: World) -> None:
    """A limit that is set in the middle of a day begins with what was spent on that day; so does one for promotions."""
    await world.grant("ann", 1000)
    await world.send(world.order("ann", "rose", quantity=30))
    await bound(world, own=Limits(day=100), spent=30)
    assert (await gives(world, 71)).startswith("NL|day|70|")
    assert "" == await gives(world, 60)
    with pytest.raises(Refusal, match="limit_reached") as refused:
        await world.moves.post_one(promotion("ann", 11))
    assert ("day", 10) == (refused.value.details["limit"], refused.value.details["left"])
    await world.moves.post_one(promotion("ann", 10))
    assert (await gives(world, 1)).startswith("NL|day|0|")
    await world.moves.post_one(promotion_returned("ann", 4))
    assert "" == await gives(world, 4)
    assert (await gives(world, 1)).startswith("NL|day|0|")


async def test_the_archive_is_asked_anew(world: World) -> None:
    """Whoever was counted before a promotion was paid is counted once more; an older version sets nothing."""
    await world.grant("ann", 1000)
    zone, now_ms = zone_at("UTC", world.now_ms()), world.now_ms()
    before = await read_limits(world.standing, "ann")
    assert not await put_limits(world.standing, "ann", Bounds(version=1), zone, None) or before.n
    await world.moves.post_one(promotion("bob", 0))
    await world.moves.post_one(promotion("ann", 40))
    counted = Counted(begun(0, (0, 0, 0), zone, now_ms), before.n)
    assert not await put_limits(world.standing, "cid", Bounds(version=1), zone, counted)
    assert not await put_limits(world.standing, "cid", Bounds(version=1), zone, None)
    await bound(world, own=Limits(day=50), spent=40)
    assert await put_limits(world.standing, "ann", Bounds(version=1), zone, None)
    assert (await gives(world, 11)).startswith("NL|day|10|")


async def test_a_promotion_is_refused_by_all_that_refuses_a_gift(world: World) -> None:
    """Neither a locked wallet nor one in a cool-off pays for a promotion, and nothing of it is in the books."""
    await world.grant("ann", 1000)
    for set_, slug in (
        ({"guard": Guard(locked=True)}, "locked"),
        ({"guard": None, "cool_off_ms": 2**50}, "limit_reached"),
    ):
        await bound(world, **set_)
        with pytest.raises(Refusal, match=slug):
            await world.moves.post_one(promotion("ann", 1))
    assert 1000 == await world.coins("ann")


async def test_an_approval_lets_one_gift_through(world: World) -> None:
    """A gift that waits for an approval goes once when it was approved and is sent again, and no other does."""
    await world.grant("ann", 1000)
    await bound(world, guard=Guard(approve_from=5))
    order, other, never = (world.order("ann", "rose", quantity=5) for _ in range(3))
    for one in (order, other, never):
        assert [f"NP|{one.wire.id_ms + 600_000}"] == await world.send(one)
    await decide_gift(world.standing, "ann", order.wire.id, True)
    with pytest.raises(Refusal, match="already_decided"):
        await decide_gift(world.standing, "ann", order.wire.id, False)
    await decide_gift(world.standing, "ann", never.wire.id, False)
    results = await world.send(order, order, other, never)
    assert ["NA", "DA", "DP", "DL"] == [result[:2] for result in results]
    assert "DL|guardian|0|0" == results[3]
    assert 995 == await world.coins("ann")
    with pytest.raises(Refusal, match="already_decided"):
        await decide_gift(world.standing, "bob", order.wire.id, True)


async def test_an_approval_lifts_no_other_limit(world: World) -> None:
    """An approved gift is held to the limits all the same, and to the coins that are there."""
    await world.grant("ann", 10)
    await bound(world, guard=Guard(approve_from=5), own=Limits(day=8))
    for coins, result in ((9, "NL|day"), (5, "NA|"), (5, "NL|day|3")):
        order = world.order("ann", "rose", quantity=coins)
        if coins < 9:
            await world.send(order)
        if (await world.send(order))[0].startswith("DP"):
            await decide_gift(world.standing, "ann", order.wire.id, True)
        assert (await world.send(order))[0].removeprefix("D").removeprefix("N").startswith(result[1:])


async def test_reminders_and_changes_are_told(world: World) -> None:
    """After each so many coins of one sitting the person is reminded, with the day's sum, and told of each change."""
    heard: list[bytes] = []
    listener = await reach(read_address(world.store.url), lambda push: heard.append(push[2]), lambda: None)
    listener.send("SSUBSCRIBE", world.keys.people_channel)
    await listener.call("PING")
    heard.clear()
    await world.grant("ann", 1000)
    await bound(world, every=10, spent=0)
    for coins in (9, 1, 25, 4, 1):
        assert "" == await gives(world, coins)
    await eventually(lambda: len(heard) == 4)
    reminders = [b'ann {"type":"reminder","spent_today":%d}' % coins for coins in (10, 35, 40)]
    assert [b'ann {"type":"limits_changed"}', *reminders] == heard
    listener.close()


async def test_a_raise_waits_in_the_store_too(world: World) -> None:
    """Limits that come later hold from their time on, whatever happened between, and not before."""
    await world.grant("ann", 1000)
    await bound(world, own=Limits(gift=5), later=Limits(gift=50), later_ms=world.now_ms() + DAY_MS)
    assert (await gives(world, 6)).startswith("NL|gift|5")
    assert "" == await gives(world, 5)
    await later(world, DAY_MS - 60_000)
    assert (await gives(world, 6)).startswith("NL|gift|5")
    await later(world, 120_000)
    assert "" == await gives(world, 50)
    assert (await gives(world, 51)).startswith("NL|gift|50")


async def test_windows_turn_where_the_person_is(world: World) -> None:
    """Day, week and month begin anew at the person's midnight, also on the days on which the clocks are changed."""
    await world.grant("ann", 10_000)
    berlin = ZoneInfo("Europe/Berlin")
    # The clocks went forward on Sunday, 28 March 2027, at two: that day had 23 hours; the month ended on a Wednesday.
    await at_time(world, datetime(2027, 3, 27, 23, 30, tzinfo=berlin))
    await bound(world, tz="Europe/Berlin", own=Limits(day=10, week=25, month=30))
    expected = [
        ((27, 23, 40), 10, "day", (2027, 3, 28)),
        ((28, 0, 1), 10, "day", (2027, 3, 29)),
        ((28, 23, 59), 0, "day", (2027, 3, 29)),
        # A Monday: another week, of which five coins are left by what was spent of the month.
        ((29, 0, 1), 10, "month", (2027, 4, 1)),
        ((31, 23, 59), 0, "month", (2027, 4, 1)),
    ]
    for (day, hour, minute), coins, limit, resets in expected:
        await at_time(world, datetime(2027, 3, day, hour, minute, tzinfo=berlin))
        if coins:
            assert "" == await gives(world, coins), (day, hour)
        refused = (await gives(world, 1)).split("|")
        assert [f"{limit}", "0"] == refused[1:3], (day, hour, refused)
        assert int(datetime(*resets, tzinfo=berlin).timestamp() * 1000) == int(refused[3])
    await at_time(world, datetime(2027, 4, 1, 0, 1, tzinfo=berlin))
    # The week has begun on Monday with ten coins.
    assert "" == await gives(world, 10)
    assert (await gives(world, 6)).startswith("NL|day|0")
    # And back, on the last Sunday of October: a day of 25 hours.
    await at_time(world, datetime(2027, 10, 31, 0, 1, tzinfo=berlin))
    assert "" == await gives(world, 10)
    await at_time(world, datetime(2027, 10, 31, 23, 59, tzinfo=berlin))
    assert (await gives(world, 1)).startswith("NL|day|0")
    await at_time(world, datetime(2027, 11, 1, 0, 1, tzinfo=berlin))
    assert "" == await gives(world, 10)


async def test_another_zone_opens_no_second_window(world: World) -> None:
    """Whoever goes to another zone gets no second limit on the day that it is there, east or west."""
    await world.grant("ann", 10_000)
    evening = datetime(2027, 6, 2, 23, 0, tzinfo=UTC)
    await at_time(world, evening)
    await bound(world, own=Limits(day=10), tz="UTC")
    assert "" == await gives(world, 10)
    await bound(world, tz="Asia/Tokyo")
    # In Tokyo it is the third of June already; and still at 00:30 UTC, when the day in UTC is over.
    for hours in (0, 1.5):
        await at_time(world, evening + timedelta(hours=hours))
        if hours:
            assert "" == await gives(world, 10)
        assert (await gives(world, 1)).startswith("NL|day|0")
    # Midnight there, at 15:00 UTC: the day that has begun at 00:00 UTC lasts until the next one.
    await at_time(world, datetime(2027, 6, 3, 15, 30, tzinfo=UTC))
    assert (await gives(world, 1)).startswith("NL|day|0")
    await at_time(world, datetime(2027, 6, 4, 15, 30, tzinfo=UTC))
    assert "" == await gives(world, 10)
    await bound(world, tz="America/Los_Angeles")
    assert (await gives(world, 1)).startswith("NL|day|0")
    await at_time(world, datetime(2027, 6, 5, 7, 30, tzinfo=UTC))
    assert (await gives(world, 1)).startswith("NL|day|0")


async def test_hours(world: World) -> None:
    """A guardian's hours are those of the person's clocks, over midnight and when the clocks are changed."""
    await world.grant("ann", 10_000)
    berlin = ZoneInfo("Europe/Berlin")
    await at_time(world, datetime(2027, 3, 27, 23, 0, tzinfo=berlin))
    await bound(world, tz="Europe/Berlin", guard=Guard(from_minute=22 * 60, to_minute=6 * 60))
    for day, hour, minute, inside in ((27, 23, 1, True), (28, 1, 0, True), (28, 5, 59, True), (28, 6, 1, False)):
        await at_time(world, datetime(2027, 3, day, hour, minute, tzinfo=berlin))
        for _ in range(2):
            refused = await gives(world, 1)
            assert inside == (refused == ""), (day, hour, minute, refused)
    begins = int(datetime(2027, 3, 28, 22, 0, tzinfo=berlin).timestamp() * 1000)
    assert f"NL|guardian_hours|0|{begins}" == await gives(world, 1)


async def test_without_a_calendar_no_window_turns(world: World) -> None:
    """Where nobody has told the store of the zone for too long, a limit holds on: it never opens by itself."""
    await world.grant("ann", 1000)
    await bound(world, own=Limits(day=10), tz="UTC")
    assert "" == await gives(world, 10)
    await later(world, 2 * DAY_MS)
    await world.store.call("HSET", world.keys.zones, "UTC", msgspec.msgpack.encode(zone_at("UTC", 0)))
    assert (await gives(world, 1)).startswith("NL|day|0")
    await renew_zones(world.standing, world.now_ms())
    assert "" == await gives(world, 10)
