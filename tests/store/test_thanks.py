"""Thanks in the store."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import UNSET

from app.base.errors import Refusal
from app.rules.messages import ShoutOut
from app.store.room_gifts import find_gift
from app.store.thanks import THANKS_MAX, say_thanks
from tests.books import read_log
from tests.world import World


async def test_a_gift_is_thanked_for_once(world: World) -> None:
    """However many thank for it at once, the room is told once; the others are told that it was so before."""
    await world.grant("ann", 100)
    order = world.order(gift="coffee", anonymous=True)
    await world.send(order)
    gift = await find_gift(world.rooms, "main", order.wire.id)
    said = await asyncio.gather(*(say_thanks(world.rooms, "main", gift, UNSET) for _ in range(5)))
    (told,) = (event for event in await read_log(world, "main") if isinstance(event, ShoutOut))

    assert 4 == sum(one.duplicate for one in said)
    assert (None, "coffee", order.wire.id) == (told.user.id, told.gift.gift, told.gift.id)  # type: ignore[union-attr]


async def test_who_gave_here_is_thanked(world: World) -> None:
    """Somebody on the room's board is thanked by name; who gave elsewhere, or not openly, is nobody to it."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order("ann", room="side", anonymous=True))
    said = await say_thanks(world.rooms, "main", "ann", "hi")
    assert ("Ann", "hi", False) == (said.user.name, said.text, said.duplicate)
    for room, user in (("side", "ann"), ("main", "bob")):
        with pytest.raises(Refusal, match="unknown_gift_send"):
            await say_thanks(world.rooms, room, user, UNSET)
    with pytest.raises(Refusal, match="room_not_found"):
        await say_thanks(world.rooms, "nowhere", "ann", UNSET)


async def test_thanks_have_a_rate(world: World) -> None:
    """So many in a while, and the next one is told how long to wait."""
    await world.grant("ann", 100)
    await world.send(world.order())
    for _ in range(THANKS_MAX):
        await say_thanks(world.rooms, "main", "ann", UNSET)
    with pytest.raises(Refusal) as refused:
        await say_thanks(world.rooms, "main", "ann", UNSET)

    assert "rate_limited" == refused.value.slug
    assert 0 < refused.value.details["retry_ms"] <= 10_000
