from __future__ import annotations

import asyncio

import pytest

from app.actions.books.purchases import expire_overdue, give_back_due
from app.actions.viewer.buy_coins import PAY_WITHIN_MS
from app.archive import demo_events, purchases
from tests.actions.shop import Shop
from tests.books import check_books

PAID = "checkout.session.completed"


async def test_a_signed_word_brings_the_coins(shop: Shop) -> None:
    """Coins and bonus are there once the provider has said that it was paid, and the purchase knows its entry."""
    purchase = await shop.paid(package="coins_1400")

    assert ("credited", 1) == (purchase.status, purchase.n)
    assert purchase.all_coins == await shop.world.coins("ann")
    assert 0 < purchase.bonus
    await check_books(shop.world)


async def test_fifty_words_at_once(shop: Shop) -> None:
    """The same word fifty times at once, and once more days later, credits once."""
    purchase = (await shop.buy()).purchase
    await asyncio.gather(*(shop.say(purchase, PAID) for _ in range(50)))
    await asyncio.gather(*(shop.delivery.deliver() for _ in range(5)))
    shop.now_ms += 3 * 86_400_000
    heard = await shop.say(purchase, PAID)
    await shop.delivery.deliver()

    assert ("credited", "it is credited already") == (heard.status, heard.why)
    assert 700 == await shop.world.coins("ann")


async def test_a_late_payment_of_an_expired_checkout(shop: Shop) -> None:
    """A checkout that expired here, and is paid three days later, is credited."""
    purchase = (await shop.buy()).purchase
    shop.now_ms += PAY_WITHIN_MS
    assert 1 == await shop.archive.write(expire_overdue, shop.now_ms)
    assert "expired" == (await shop.look(purchase)).status
    shop.now_ms += 3 * 86_400_000
    await shop.say(purchase, PAID)
    await shop.delivery.deliver()

    assert "credited" == (await shop.look(purchase)).status
    assert 700 == await shop.world.coins("ann")


async def test_what_is_not_overdue_stays(shop: Shop) -> None:
    """A checkout has its hour."""
    await shop.buy()
    shop.now_ms += PAY_WITHIN_MS - 1

    assert 0 == await shop.archive.write(expire_overdue, shop.now_ms)


@pytest.mark.parametrize(("changed", "why"), [({"amount": 1}, "1 USD"), ({"currency": "eur"}, "999 EUR")])
async def test_another_amount_is_looked_at(shop: Shop, changed: dict[str, object], why: str) -> None:
    """Another amount or currency than was asked credits nothing and waits for people."""
    purchase = (await shop.buy()).purchase
    heard = await shop.say(purchase, PAID, **changed)
    await shop.delivery.deliver()

    assert "review" == heard.status
    assert why in heard.why
    assert 0 == await shop.world.coins("ann")


async def test_a_word_of_nothing_known(shop: Shop) -> None:
    """A word of an unknown purchase, or of another provider's, changes nothing."""
    purchase = (await shop.buy()).purchase
    odd = await shop.say(purchase, PAID, purchase="p_unknown", payment="pi_unknown")

    assert ("", "no such purchase is known") == (odd.purchase, odd.why)
    assert "created" == (await shop.look(purchase)).status


async def test_a_dispute_is_found_by_its_payment(shop: Shop) -> None:
    """A dispute, which does not name the purchase, takes what is left; the rest is owed until it is won."""
    purchase = await shop.paid()
    await shop.world.send(shop.world.order(gift="swan"))
    about = {"purchase": "", "object_id": "dp", "status": "needs_response"}
    await shop.say(purchase, "charge.dispute.created", **about)
    await shop.delivery.deliver()

    assert "charged_back" == (await shop.look(purchase)).status
    assert 0 == await shop.world.coins("ann")
    assert ["Rwallet_in_debt"] == await shop.world.send(shop.world.order())
    await shop.say(purchase, "charge.dispute.closed", **{**about, "status": "won"})
    await shop.delivery.deliver()
    assert 1 == await shop.world.coins("ann")
    await check_books(shop.world)


async def test_money_goes_back_once_and_is_tried_again(shop: Shop) -> None:
    """A provider that is away is asked again later, with the same key, and the money goes back once."""
    purchase = await shop.paid()
    await shop.archive.write(purchases.give_back, "r", purchase.id, 333, shop.now_ms)
    await shop.archive.write(purchases.set_give_back, "r", "due", shop.now_ms)
    providers = {"demo": shop.provider}
    shop.provider.failures = 2

    for expected in (1, 0):
        assert expected == await give_back_due(shop.archive, providers, shop.now_ms)
    shop.now_ms += 2_000
    assert 1 == await give_back_due(shop.archive, {}, shop.now_ms)
    shop.now_ms += 4_000
    assert 1 == await give_back_due(shop.archive, providers, shop.now_ms)
    shop.now_ms += 8_000
    assert 1 == await give_back_due(shop.archive, providers, shop.now_ms)
    shop.now_ms += 16_000
    assert 0 == await give_back_due(shop.archive, providers, shop.now_ms)
    assert "done" == await shop.archive.read(purchases.state_of_give_back, "r")
    assert 1 == len(await shop.archive.read(demo_events.due, shop.now_ms, 10))
