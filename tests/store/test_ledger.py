from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.base.errors import Refusal
from app.base.ids import uuid7
from app.rules.messages import GiftSent, LevelUp
from app.store.address import read_address
from app.store.ledger import ID_BUCKET_MS, Wallet
from app.store.reach import reach
from tests.books import check_books, read_hash, read_log
from tests.fault_proxy import eventually
from tests.store.moving import chargeback
from tests.world import WINDOW_MS, World

SKEW_MS = 5000


pytestmark = pytest.mark.usefixtures("audited")


async def test_a_gift_moves_coins_and_diamonds(world: World) -> None:
    """A gift takes its price from the sender, gives the streamer the award, and the rest is the platform's."""
    await world.grant("ann", 100)
    (result,) = await world.send(world.order("ann", "heart", quantity=3, award_ppm=333_333))
    totals = await read_hash(world, world.keys.totals)

    assert "NA|2|85|15|4999|2|3" == result
    assert ("15", "4999", "10001") == (totals["spent"], totals["minted"], totals["shared"])
    assert {"sam": "4999"} == await read_hash(world, world.keys.pending)


async def test_a_balance_may_become_zero_and_not_less(world: World) -> None:
    """The last coin can be spent, one more than the last cannot."""
    await world.grant("ann", 10)

    assert ["NA|2|0|10|10000|2|2", "NI|0|1"] == await world.send(
        world.order(gift="heart", quantity=2), world.order(gift="rose")
    )


async def test_too_few_coins_are_too_few_for_ever(world: World) -> None:
    """An id refused for lack of coins stays refused when the wallet is filled; a new id succeeds."""
    await world.grant("ann", 3)
    order = world.order(gift="heart")

    assert ["NI|3|5"] == await world.send(order)
    await world.grant("ann", 100)
    assert ["DI|3|5"] == await world.send(order)
    assert 103 == await world.coins("ann")
    assert ["NA|3|98|5|5000|3|1"] == await world.send(world.order(gift="heart"))


async def test_one_id_fifty_times_at_once(world: World) -> None:
    """The same gift in fifty calls at once is paid once, and each hears the same."""
    await world.grant("ann", 100)
    order = world.order(gift="heart")
    results = [result for (result,) in await asyncio.gather(*(world.send(order) for _ in range(50)))]

    assert ["NA|2|95|5|5000|2|1"] + ["DA|2|95|5|5000|2|1"] * 49 == sorted(results, reverse=True)
    assert 95 == await world.coins("ann")


async def test_one_id_fifty_times_in_a_batch(world: World) -> None:
    """The same gift fifty times in one call is paid once, and each hears the same."""
    await world.grant("ann", 100)
    order = world.order(gift="heart")

    assert ["NA|2|95|5|5000|2|1"] + ["DA|2|95|5|5000|2|1"] * 49 == await world.send(*[order] * 50)
    assert ["DA|2|95|5|5000|2|1"] * 50 == await world.send_in_vain(*[order] * 50)


async def test_one_id_fifty_times_without_coins(world: World) -> None:
    """Fifty times the same gift that cannot be paid is refused once and repeated."""
    order = world.order(gift="heart")

    assert ["NI|0|5"] + ["DI|0|5"] * 49 == await world.send(*[order] * 50)
    assert ["DI|0|5"] == await world.send_in_vain(order)


async def test_a_batch_spends_what_it_has_in_order(world: World) -> None:
    """Gifts of one viewer in one call see each other: those that the wallet holds are paid, in their order."""
    await world.grant("ann", 12)
    results = await world.send(
        *(world.order(gift=gift) for gift in ("heart", "heart", "heart", "rose", "rose", "rose"))
    )

    assert ["NA", "NA", "NI", "NA", "NA", "NI"] == [result[:2] for result in results]
    assert 0 == await world.coins("ann")


async def test_a_full_batch_of_everybody(world: World) -> None:
    """A batch of the largest size with viewers, gifts, rooms and receivers mixed is applied whole."""
    viewers = [f"v{i}" for i in range(64)]
    await asyncio.gather(*(world.grant(viewer, 50) for viewer in viewers))
    rooms: list[dict[str, Any]] = [{"room": "main"}, {"room": "side"}, {"receiver": "gil"}, {"anonymous": True}]
    orders = [
        world.order(viewers[i % 64], ("rose", "heart", "swan")[i % 3], quantity=1 + i % 4, **rooms[i % 4])
        for i in range(256)
    ]
    results = await world.send(*orders)

    assert {"NA", "NI"} == {result[:2] for result in results}
    assert [result.replace("N", "D", 1) for result in results] == await world.send_in_vain(*orders)


@pytest.mark.parametrize(
    "other",
    [{"gift": "heart"}, {"quantity": 2}, {"receiver": "gil"}, {"message": "x"}, {"anonymous": True}, {"room": "side"}],
)
async def test_an_id_is_for_one_content(other: dict[str, Any], world: World) -> None:
    """The same id with any other content is refused, in the same batch and later, and changes nothing."""
    await world.grant("ann", 100)
    order = world.order()
    changed = world.order(**{"id": order.wire.id, **other})

    assert ["NA", "Ri"] == [result[:2] for result in await world.send(order, changed)]
    assert ["Rid_reused"] == await world.send_in_vain(changed)
    assert ["DA|2|99|1|1000|2|1"] == await world.send_in_vain(order)


async def test_an_id_without_coins_is_for_one_content_too(world: World) -> None:
    """An id that was refused for lack of coins cannot be used for a cheaper gift."""
    await world.grant("ann", 3)
    order = world.order(gift="heart")
    await world.send(order)

    assert ["Rid_reused"] == await world.send_in_vain(world.order(id=order.wire.id, gift="rose"))


async def test_ids_are_each_viewers_own(world: World) -> None:
    """Two viewers may use the same id: neither learns of the other."""
    await world.grant("ann", 10)
    await world.grant("bob", 10)
    order = world.order("ann")

    assert ["NA|3|9|1|1000|3|1", "NA|4|9|1|1000|4|1"] == await world.send(order, world.order("bob", id=order.wire.id))


async def test_ids_are_good_within_the_window(world: World) -> None:
    """An id is good from the window's first millisecond to five seconds ahead; outside it nothing is stored."""
    await world.grant("ann", 100)
    now_ms, margin_ms = world.now_ms(), 1000
    good = [now_ms - WINDOW_MS + margin_ms, now_ms + SKEW_MS - margin_ms]
    bad = [now_ms - WINDOW_MS - 1, now_ms + SKEW_MS + margin_ms, 0, 2**48 - 1]

    assert ["NA", "NA"] == [r[:2] for r in await world.send(*(world.order(id=uuid7(ms)) for ms in good))]
    expected = ["Rid_expired", "Rid_in_future", "Rid_expired", "Rid_in_future"]
    assert expected == await world.send_in_vain(*(world.order(id=uuid7(ms)) for ms in bad))


async def test_a_future_id_may_be_sent_again_when_its_time_has_come(world: World) -> None:
    """An id that was refused as too early is not spoiled by it."""
    await world.grant("ann", 100)
    order = world.order(id=uuid7(world.now_ms() + SKEW_MS + 300))

    assert ["Rid_in_future"] == await world.send(order)
    await until_now_ms(world, order.wire.id_ms - SKEW_MS + 5)
    assert ["NA|2|99|1|1000|2|1"] == await world.send(order)
    assert 99 == await world.coins("ann")


@pytest.mark.parametrize(("user", "slug"), [("ann", "wallet_frozen"), ("sam", "receiver_frozen"), ("nobody", None)])
async def test_the_frozen_neither_send_nor_receive(user: str, slug: str | None, world: World) -> None:
    """A frozen wallet sends nothing and a frozen receiver gets nothing; the id is good again when they thaw."""
    await world.grant("ann", 10)
    await world.store.call("SADD", world.keys.frozen, user)
    order = world.order()
    if slug:
        assert [f"R{slug}"] == await world.send_in_vain(order)
    await world.store.call("SREM", world.keys.frozen, user)

    assert ["NA|2|9|1|1000|2|1"] == await world.send(order)


async def test_rooms_that_take_no_gifts(world: World) -> None:
    """An ended room and one that never was take no gift, while others in the same batch do."""
    await world.grant("ann", 10)
    ended, unknown, good = world.order(room="side"), world.order(), world.order()
    unknown.room = "nowhere"
    await world.rooms.change("side", f',"room":{room_json("side", "ended")}}}', {"status": "ended"})

    assert ["Rroom_not_live", "Rroom_not_found"] == await world.send_in_vain(ended, unknown)
    assert ["Rroom_not_live", "Rroom_not_found", "NA|2|9|1|1000|2|1"] == await world.send(ended, unknown, good)


async def until_now_ms(world: World, time_ms: int) -> None:
    """Returns when the store's clock has come so far."""
    await eventually(lambda: world.now_ms() >= time_ms)


def room_json(room: str, status: str) -> str:
    """A room as it is said to change."""
    return (
        f'{{"id":"{room}","title":"Side","kind":"live","status":"{status}",'
        '"streamer":{"id":"sue","name":"Sue"},"guests":[],"viewers":0,"promotable":true}'
    )


async def test_who_owes_coins_sends_none(world: World) -> None:
    """A wallet in debt sends nothing, others in the same batch do, and a debt that is paid off is forgotten."""
    await world.grant("ann", 10)
    await world.grant("bob", 10)
    await world.moves.post_one(chargeback("ann", 15))
    await world.grant("ann", 3)

    assert ["Rwallet_in_debt", "NA|5|9|1|1000|5|1"] == await world.send(world.order(), world.order("bob"))
    await world.grant("ann", 3)
    assert ["NA|7|0|1|1000|7|1"] == await world.send(world.order())


async def test_nobody_gifts_to_themselves_even_in_the_store(world: World) -> None:
    """The store itself refuses a gift to oneself."""
    await world.grant("ann", 10)
    order = world.order()
    order.wire.receiver = "ann"

    assert ["Rself_gift"] == await world.send_in_vain(order)


async def test_digits_beyond_a_hundred_trillion(world: World) -> None:
    """Balances, totals and replies keep every digit up to nine quadrillion, and no coin is issued beyond."""
    most = 9 * 10**15 - 1
    wallet = await world.grant("ann", most)
    (result,) = await world.send(world.order(quantity=7))

    assert most == wallet
    assert f"NA|2|{most - 7}|7|7000|2|7" == result
    assert most - 7 == await world.coins("ann")
    assert 1 == await world.grant("bob", 1)
    with pytest.raises(Refusal, match="limit_reached"):
        await world.grant("bob", 1)


async def test_wallets_come_with_a_version(world: World) -> None:
    """A wallet's version is the journal's number, and who was never heard of has no coins."""
    await world.grant("ann", 5)
    await world.grant("bob", 7)

    assert [Wallet(5, 2), Wallet(0, 2), Wallet(7, 2)] == await world.ledger.wallets(["ann", "nobody", "bob"])


async def test_a_wallet_says_what_it_owes(world: World) -> None:
    """Coins that were taken back after they were spent are its debt, as of the same moment as its coins."""
    await world.grant("ann", 5)
    await world.moves.post_one(chargeback("ann", 8))

    assert [Wallet(0, 2, debt=3)] == await world.ledger.wallets(["ann"])


async def test_names_are_of_those_who_gave_openly(world: World) -> None:
    """Who gave something without a name has none here, and nor has who gave nothing."""
    for user in ("ann", "bob"):
        await world.grant(user, 5)
    await world.send(world.order("ann"), world.order("bob", anonymous=True))

    assert {"ann": "Ann"} == await world.ledger.names(["ann", "bob", "nobody"])
    assert {} == await world.ledger.names([])


async def test_records_are_kept_while_an_id_is_good(world: World) -> None:
    """What is stored under an id has no time to live, and is found where the window has changed meanwhile."""
    await world.grant("ann", 5)
    order = world.order()
    await world.send(order)

    assert -1 == await world.store.call("TTL", world.keys.idem(order.wire.id_ms // ID_BUCKET_MS))
    for window_ms in (10_000, 86_400_000):
        ledger = world.ledger_with(window_ms=window_ms)
        assert [b"DA|2|4|1|1000|2|1"] == await ledger.send_gifts([order])
        assert ("A|2|4|1|1000|2|1", 0) == await ledger.stored_result("ann", order.wire.id, order.wire.id_ms)


async def test_what_was_forgotten_is_refused_for_ever(world: World) -> None:
    """Answers are forgotten with the first id of a later time; ids as old are too old then, in a longer window too."""
    await world.grant("ann", 5)
    now_ms, long_ms = world.now_ms(), 86_400_000
    old_ms = (now_ms // ID_BUCKET_MS - 3) * ID_BUCKET_MS - 1
    old = world.order(id=uuid7(old_ms))
    wide = world.ledger_with(window_ms=long_ms)

    assert [b"NA|2|4|1|1000|2|1"] == await wide.send_gifts([old])
    assert ["DA|2|4|1|1000|2|1"] == await world.send_in_vain(old)
    await world.send(world.order())
    assert None is (await wide.stored_result("ann", old.wire.id, old.wire.id_ms))[0]
    assert [b"Rid_expired"] * 2 == await wide.send_gifts([old, world.order(id=uuid7(old_ms))])
    assert [b"NA|4|2|1|1000|2|3"] == await wide.send_gifts([world.order(id=uuid7(old_ms + 1))])


async def test_wallets_that_moved_are_announced(world: World, store_url: str) -> None:
    """Each batch tells the other workers, if there are any, whose balances it moved, and who it is."""
    await world.grant("ann", 100)
    heard: list[Any] = []
    ear = await reach(read_address(store_url), heard.append)
    ear.send("SSUBSCRIBE", world.keys.wallets_channel)
    await ear.call("PING")
    await world.send(world.order(), world.order())
    await world.ledger_with(announce_as="").send_gifts([world.order()])
    await world.grant("bob", 3)
    await ear.call("PING")
    ear.close()

    assert [b"w9\nann 98 3", b"\nbob 3 5"] == [push[2] for push in heard if push[0] == b"smessage"]


async def test_a_level_is_told_once(world: World) -> None:
    """The gift that leads to a level says so to its sender and in the room, once, however often it is sent."""
    await world.grant("ann", 1000)
    await world.send(world.order(quantity=99))
    order = world.order(gift="heart", quantity=31)
    first = await world.send(world.order(), order)
    again = await world.send(order, world.order())

    assert ["NA|3|900|1|1000|2|100|1", "NA|4|745|155|155000|4|31|2"] == first
    assert "DA|4|745|155|155000|4|31" == again[0]
    told = [event for event in await read_log(world, "main") if isinstance(event, LevelUp)]
    assert [("ann", 1), ("ann", 2)] == [(event.user.id, event.level) for event in told]
    (wallet,) = await world.ledger.wallets(["ann"])
    assert 256 == wallet.given


async def test_anonymous_gifts_count_and_show_nothing(world: World) -> None:
    """Somebody's anonymous gifts lead to a level, which is told to nobody, and are marked in the journal."""
    await world.grant("ann", 1000)
    (result,) = await world.send(world.order(gift="swan", anonymous=True))

    assert result.endswith("|3")
    assert [GiftSent] == [type(event) for event in await read_log(world, "main")]
    assert [False, True] == [getattr(entry, "anonymous", False) for _, entry in await world.journal()]
    await check_books(world)
