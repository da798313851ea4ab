from __future__ import annotations

import asyncio

import pytest

from app.actions.grant_coins import GrantRequest
from app.actions.operator.give_coins import give_coins
from app.base.errors import Refusal
from app.rules.tables import DAY_MS
from app.store.moves import Posted
from tests.actions.shop import Shop
from tests.audited import acts
from tests.books import check_books

MOST = 100


async def give(shop: Shop, coins: int, key: str, by: str = "person:op", days: int = 0) -> Posted:
    """An operator gives coins."""
    request = GrantRequest(user="ann", coins=coins, reason="for the wait")
    return await give_coins(shop.archive, shop.world.moves, key, request, by, MOST, shop.now_ms + days * DAY_MS)


async def test_one_operator_gives_so_many_a_day(shop: Shop) -> None:
    """In one grant or in many; then it takes a second person, until tomorrow. Each has their own measure."""
    await give(shop, 60, "a")
    with pytest.raises(Refusal, match="needs_second_person") as refused:
        await give(shop, 41, "b")
    await give(shop, 40, "b")
    with pytest.raises(Refusal, match="needs_second_person"):
        await give(shop, 1, "c")
    await give(shop, 100, "d", by="command:mia")
    await give(shop, 1, "e", days=1)

    assert {"left": 40} == refused.value.details
    assert 201 == await shop.world.coins("ann")
    assert ("person:op", "grant", "ann", "for the wait", "+60 coins") == (await acts(shop.archive))[0]
    assert 4 == len(await acts(shop.archive))
    await check_books(shop.world)


async def test_a_key_gives_once(shop: Shop) -> None:
    """The same again is the same grant, and counts once; something else by that key is refused."""
    first, again = [await give(shop, 60, "a") for _ in range(2)]
    with pytest.raises(Refusal, match="id_reused"):
        await give(shop, 61, "a")
    await give(shop, 40, "b")

    assert (first.n, True) == (again.n, again.duplicate)
    assert 100 == await shop.world.coins("ann")


async def test_many_at_once_pass_no_measure(shop: Shop) -> None:
    """However many grants race, their sum stays within what one may give."""
    answers = await asyncio.gather(*(give(shop, 30, f"k{i}") for i in range(8)), return_exceptions=True)

    assert 3 == sum(isinstance(answer, Posted) for answer in answers)
    assert 90 == await shop.world.coins("ann")
