from __future__ import annotations

import pytest

from app.actions.books.purchases import give_back_due
from app.actions.operator.refund_purchase import refund_purchase
from app.base.errors import Refusal
from app.rules.currencies import money
from app.rules.purchases import Purchase
from tests.actions.shop import Shop
from tests.audited import acts
from tests.books import check_books


async def refund(shop: Shop, purchase: Purchase, reason: str = "a mistake") -> tuple[Purchase, bool]:
    """An operator refunds it."""
    return await refund_purchase(shop.archive, shop.delivery, purchase.id, reason, "person:op", shop.now_ms)


async def test_all_of_it_goes_back_and_what_was_spent_is_owed(shop: Shop) -> None:
    """Coins that are left are taken, the rest is a debt that blocks sending, and the provider gives the money back."""
    purchase = await shop.paid()
    await shop.world.send(shop.world.order(gift="heart", quantity=100))
    after, replayed = await refund(shop, purchase)

    assert ("refunded", purchase.minor, 700, False) == (after.status, after.back_minor, after.back_coins, replayed)
    assert 0 == await shop.world.coins("ann")
    assert ["Rwallet_in_debt"] == await shop.world.send_in_vain(shop.world.order())
    assert 1 == await give_back_due(shop.archive, {"demo": shop.provider}, shop.now_ms)
    await check_books(shop.world)


async def test_it_is_refunded_once(shop: Shop) -> None:
    """Again, for whatever reason, and the provider's own word of it, change nothing."""
    purchase = await shop.paid()
    first, _ = await refund(shop, purchase)
    again, replayed = await refund(shop, purchase, "another reason")
    await shop.say(purchase, "charge.refunded", amount=purchase.minor)
    await shop.delivery.deliver()

    assert (first, True) == (again, replayed)
    details = f"{purchase.id}: {money(purchase.minor, purchase.currency)}"
    assert [("person:op", "refund_purchase", "ann", "a mistake", details)] == await acts(shop.archive)
    assert first == await shop.look(purchase)
    assert 0 == await shop.world.coins("ann")
    await check_books(shop.world)


async def test_what_was_not_credited_cannot_be_refunded(shop: Shop) -> None:
    """A purchase that nobody paid, one that is not there, and a blank reason are refused with nothing moved."""
    opened = (await shop.buy()).purchase
    with pytest.raises(Refusal, match=r"not_refundable: This purchase is created\."):
        await refund(shop, opened)
    with pytest.raises(Refusal, match="unknown_purchase"):
        await refund_purchase(shop.archive, shop.delivery, "p_", "why", "person:op", shop.now_ms)
    with pytest.raises(Refusal, match="bad_request"):
        await refund(shop, opened, " ")


async def test_a_key_refunds_one_purchase(shop: Shop) -> None:
    """The same key and reason is the same refund; another reason or purchase under it is refused with nothing moved."""
    first, other = await shop.paid(), await shop.paid(key="other")

    async def by_key(purchase: Purchase, reason: str = "why") -> tuple[Purchase, bool]:
        return await refund_purchase(shop.archive, shop.delivery, purchase.id, reason, "person:op", shop.now_ms, "key")

    done, again = [await by_key(first) for _ in range(2)]
    for wrong in (by_key(first, "another"), by_key(other)):
        with pytest.raises(Refusal, match="id_reused"):
            await wrong

    assert (done[0], False, True) == (again[0], done[1], again[1])
    assert "credited" == (await shop.look(other)).status
    assert other.all_coins == await shop.world.coins("ann")
