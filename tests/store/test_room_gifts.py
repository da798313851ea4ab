"""Gifts that are found in a room's log."""

from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.store import room_gifts
from app.store.room_gifts import find_gift, latest_gifts
from app.store.thanks import say_thanks
from tests.world import World


async def test_gifts_are_found_in_the_log(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gift is found by its id among all that the log has, the latest come first, and thanks mark them."""
    monkeypatch.setattr(room_gifts, "ENTRIES_A_CALL", 2)
    await world.grant("ann", 1000)
    orders = [world.order(gift="heart", message=f"word {i}") for i in range(5)]
    for i, order in enumerate(orders):
        await world.send(order)
        await world.say(f"ann:{i}")
    first = await find_gift(world.rooms, "main", orders[0].wire.id)
    assert ("word 0", "heart") == (first.message, first.gift)
    await say_thanks(world.rooms, "main", first, "lovely")
    found = await latest_gifts(world.rooms, "main", 10)

    assert [order.wire.id for order in reversed(orders)] == [gift.id for gift in found]
    assert [False, False, False, False, True] == [gift.thanked for gift in found]
    assert found[:2] == await latest_gifts(world.rooms, "main", 2)
    for missing in ("nothing", orders[0].wire.id[:-1], '"'):
        with pytest.raises(Refusal, match="unknown_gift_send"):
            await find_gift(world.rooms, "main", missing)


async def test_no_more_is_looked_at_than_its_bound(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind so many other events no gift is looked for, whoever asks."""
    monkeypatch.setattr(room_gifts, "EVENTS_LOOKED_AT", 3)
    await world.grant("ann", 1000)
    await world.send(world.order(gift="heart"))
    for i in range(3):
        await world.say(f"ann:{i}")

    assert [] == await latest_gifts(world.rooms, "main", 10)
