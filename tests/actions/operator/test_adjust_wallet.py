from __future__ import annotations

import asyncio

import pytest

from app.actions.operator.adjust_wallet import Asked, approve_adjustment, ask_adjustment, reject_adjustment
from app.archive import adjustments
from app.base.errors import Refusal
from app.rules.adjustments import Adjustment, AdjustmentRequest, entry
from tests.actions.shop import Shop
from tests.audited import acts
from tests.books import check_books

ONE, OTHER = "person:op1", "person:op2"


async def ask(shop: Shop, coins: int, key: str = "k", by: str = ONE, reason: str = "why") -> Asked:
    """An operator asks."""
    request = AdjustmentRequest(user="ann", coins=coins, reason=reason)
    return await ask_adjustment(shop.archive, key, request, by, shop.now_ms)


async def approve(shop: Shop, asked: Asked, second: str = OTHER) -> Adjustment:
    """Another one approves."""
    return (await approve_adjustment(shop.archive, shop.delivery, asked.adjustment.id, second, shop.now_ms)).adjustment


async def test_coins_move_when_the_second_person_agrees(shop: Shop) -> None:
    """Asking moves nothing; another person's word does, once, and the books say who both were."""
    asked = await ask(shop, 50)
    with pytest.raises(Refusal, match="needs_second_person"):
        await approve(shop, asked, ONE)
    assert 0 == await shop.world.coins("ann")
    approved = await asyncio.gather(*(approve(shop, asked) for _ in range(5)))

    assert {"applied"} == {one.status for one in [*approved[-1:], await approve(shop, asked)]}
    assert 50 == await shop.world.coins("ann")
    await check_books(shop.world)
    details = f"{asked.adjustment.id}: +50 coins"
    assert [(ONE, "ask_adjustment", "ann", "why", details), (OTHER, "approve_adjustment", "ann", "", details)] == (
        await acts(shop.archive)
    )


async def test_what_the_wallet_cannot_give_is_refused(shop: Shop) -> None:
    """Coins are taken whole or not at all, and the adjustment says why not."""
    await shop.world.grant("ann", 30)
    refused = await approve(shop, await ask(shop, -31))
    applied = await approve(shop, await ask(shop, -30, "k2"))

    assert ("refused", "insufficient_coins", "applied", "") == (
        refused.status,
        refused.why,
        applied.status,
        applied.why,
    )
    assert 0 == await shop.world.coins("ann")


async def test_what_was_refused_is_never_made(shop: Shop) -> None:
    """Coins that come later change nothing, whoever else has read the entry before: its key is used up."""
    asked = await ask(shop, -31)
    await approve(shop, asked)
    await shop.world.grant("ann", 100)
    approved = await shop.archive.read(adjustments.find, asked.adjustment.id)
    assert approved is not None

    with pytest.raises(Refusal, match="id_reused"):
        await shop.world.moves.post_one(entry(approved))
    assert 100 == await shop.world.coins("ann")
    await check_books(shop.world)


async def test_what_is_rejected_is_never_made(shop: Shop) -> None:
    """After it was rejected nobody can approve it; the same rejection again is the same."""
    asked = await ask(shop, 50)
    first, again = [
        await reject_adjustment(shop.archive, asked.adjustment.id, OTHER, "no", shop.now_ms) for _ in range(2)
    ]
    with pytest.raises(Refusal, match="already_decided"):
        await approve(shop, asked)

    assert (first.adjustment, "rejected") == (again.adjustment, first.adjustment.status)
    assert ["ask_adjustment", "reject_adjustment"] == [what for _, what, *_ in await acts(shop.archive)]
    assert (False, True) == (first.replayed, again.replayed)
    assert 0 == await shop.world.coins("ann")


async def test_a_key_asks_once(shop: Shop) -> None:
    """The same key and request is the same adjustment; another request under it is refused; keys are each person's."""
    first, again, others = await ask(shop, 5), await ask(shop, 5), await ask(shop, 5, by=OTHER)
    with pytest.raises(Refusal, match="id_reused"):
        await ask(shop, 6)

    assert (first.adjustment, False, True) == (again.adjustment, first.replayed, again.replayed)
    assert not others.replayed
    assert 2 == len(await shop.archive.read(adjustments.page, None, None, 9))


async def test_a_key_decides_once(shop: Shop) -> None:
    """The same key is told so; under it nothing else is decided, and the other adjustment goes on waiting."""
    first, other = await ask(shop, 5), await ask(shop, 6, "k2")
    answers = [
        await approve_adjustment(shop.archive, shop.delivery, first.adjustment.id, OTHER, shop.now_ms, "key")
        for _ in range(2)
    ]
    with pytest.raises(Refusal, match="id_reused"):
        await approve_adjustment(shop.archive, shop.delivery, other.adjustment.id, OTHER, shop.now_ms, "key")
    with pytest.raises(Refusal, match="id_reused"):
        await reject_adjustment(shop.archive, other.adjustment.id, OTHER, "no", shop.now_ms, "key")

    assert [False, True] == [answer.replayed for answer in answers]
    assert answers[0].adjustment == answers[1].adjustment
    assert [other.adjustment] == await shop.archive.read(adjustments.page, "waiting", None, 9)
    assert 5 == await shop.world.coins("ann")


async def test_what_is_not_there_cannot_be_decided(shop: Shop) -> None:
    """An unknown adjustment, and blank reasons, are refused."""
    with pytest.raises(Refusal, match="unknown_adjustment"):
        await approve_adjustment(shop.archive, shop.delivery, "a_", OTHER, shop.now_ms)
    with pytest.raises(Refusal, match="unknown_adjustment"):
        await reject_adjustment(shop.archive, "a_", OTHER, "no", shop.now_ms)
    with pytest.raises(Refusal, match="bad_request"):
        await ask(shop, 5, reason="\u200b")
