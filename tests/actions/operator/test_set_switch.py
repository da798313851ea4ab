from __future__ import annotations

import asyncio

import pytest

from app.actions.operator.set_switch import set_switch
from app.archive import switches
from app.archive.frozen import frozen_page
from app.base.errors import Refusal
from app.rules.switches import SwitchRequest, switch_of
from tests.actions.paying import Paying
from tests.actions.shop import Shop
from tests.audited import acts
from tests.books import check_books


async def switch(to: Shop | Paying, name: str, *, on: bool, reason: str = "a look at it") -> None:
    """An operator switches."""
    request = SwitchRequest(on=on, reason=reason)
    await set_switch(to.archive, to.delivery, name, request, "person:op", to.now_ms)


async def test_gifts_are_off_with_the_answer(shop: Shop) -> None:
    """All of them, or one; gifts that race with the switch are paid whole or refused, and none after it is answered."""
    world = shop.world
    await world.grant("ann", 1000)
    first = world.order()
    await world.send(first)

    *answers, _ = await asyncio.gather(
        *(world.send(world.order()) for _ in range(10)), switch(shop, "gifts", on=False), return_exceptions=True
    )
    spent = 1 + sum(answer[0][0] == "N" for answer in answers)  # type: ignore[index]
    assert ["Rswitched_off"] == await world.send_in_vain(world.order())
    assert "D" == (await world.send(first))[0][0]
    assert 1000 - spent == await world.coins("ann")
    await switch(shop, "gifts", on=True)
    await switch(shop, switch_of("rose"), on=False)

    assert ["Rswitched_off"] == await world.send_in_vain(world.order())
    assert "N" == (await world.send(world.order(gift="heart")))[0][0]
    assert [("switch_off", "gifts"), ("switch_on", "gifts"), ("switch_off", "gift:rose")] == [
        (what, whom) for _, what, whom, *_ in await acts(shop.archive)
    ]
    await shop.keep_books()
    # So does a store know it that is made again from the archive.
    assert ["gift:rose"] == await shop.archive.read(frozen_page, "", 9)
    await check_books(world)


async def test_purchases_that_are_off_are_not_begun(shop: Shop) -> None:
    """What was begun is paid and credited; the rest is refused with the reason, under any key, until it is on again."""
    begun = (await shop.buy("begun")).purchase
    await switch(shop, "purchases", on=False, reason="the bank is away")
    with pytest.raises(Refusal, match="the bank is away"):
        await shop.buy("k")
    assert begun == (await shop.buy("begun")).purchase
    await shop.say(begun, "checkout.session.completed")
    await shop.delivery.deliver()
    assert 700 == await shop.world.coins("ann")
    await switch(shop, "purchases", on=True)

    assert "created" == (await shop.buy("k")).purchase.status


async def test_payouts_that_are_off_are_neither_asked_nor_submitted(paying: Paying) -> None:
    """What waits goes on waiting, and is paid when they are on again."""
    waiting = (await paying.ask("10000")).payout
    await switch(paying, "payouts", on=False)
    with pytest.raises(Refusal, match="switched_off"):
        await paying.ask("10000")
    await paying.pass_time()
    assert "approved" == (await paying.look(waiting)).status
    await switch(paying, "payouts", on=True)
    for _ in range(3):
        await paying.pass_time()

    assert "paid" == (await paying.look(waiting)).status


async def test_a_reason_is_needed(shop: Shop) -> None:
    """Without one nothing is switched."""
    with pytest.raises(Refusal, match="bad_request"):
        await switch(shop, "gifts", on=False, reason=" ")

    assert await shop.archive.read(switches.is_on, "gifts")
