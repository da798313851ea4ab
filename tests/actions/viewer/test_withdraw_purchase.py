from __future__ import annotations

from typing import Any

import pytest

from app.actions.books.purchases import give_back_due
from app.actions.viewer.withdraw_purchase import Wish, withdraw_purchase
from app.archive import purchases
from app.base.errors import Refusal
from app.rules.purchases import Purchase
from tests.actions.shop import Shop
from tests.books import check_books

DAY_MS = 86_400_000


async def withdraw(shop: Shop, purchase: Purchase, key: str = "w", user: str = "ann") -> tuple[Purchase, bool]:
    """Gives the purchase back."""
    await shop.keep_books()
    (wallet,) = await shop.world.ledger.wallets([user])
    wish = Wish(user, purchase.id, key)
    return await withdraw_purchase(shop.archive, shop.delivery, shop.tariff, wish, wallet.version, shop.now_ms)


async def bought(shop: Shop, **changed: Any) -> Purchase:
    """A purchase in a country that has the right."""
    return await shop.paid(**{"country": "DE", "package": "coins_700", **changed})


async def test_unused_coins_go_back(shop: Shop) -> None:
    """All of an unused purchase goes back, coins and money, and the provider is asked for it once."""
    purchase = await bought(shop)
    after, replayed = await withdraw(shop, purchase)

    assert ("refunded", purchase.minor, 700, False) == (after.status, after.back_minor, after.back_coins, replayed)
    assert 0 == await shop.world.coins("ann")
    assert 1 == await give_back_due(shop.archive, {"demo": shop.provider}, shop.now_ms)
    assert 0 == await give_back_due(shop.archive, {"demo": shop.provider}, shop.now_ms)
    await check_books(shop.world)


async def test_used_coins_do_not(shop: Shop) -> None:
    """Of a purchase that is partly spent the unused part goes back; of one that is spent nothing."""
    purchase = await bought(shop)
    await shop.world.send(shop.world.order(gift="heart", quantity=70))
    after, _ = await withdraw(shop, purchase)

    assert ("credited", 350) == (after.status, after.back_coins)
    assert -(-purchase.minor // 2) == after.back_minor
    with pytest.raises(Refusal, match="not_refundable"):
        await withdraw(shop, purchase, "again")


async def test_a_key_gives_back_once(shop: Shop) -> None:
    """The same key again changes nothing, also after more was spent."""
    purchase = await bought(shop)
    await withdraw(shop, purchase)
    after, replayed = await withdraw(shop, purchase)

    assert (700, True) == (after.back_coins, replayed)


async def test_a_key_gives_one_purchase_back(shop: Shop) -> None:
    """Another purchase under the same key is refused, and stays as it is."""
    first, other = await bought(shop), await bought(shop, key="other")
    await withdraw(shop, first)
    with pytest.raises(Refusal, match="id_reused"):
        await withdraw(shop, other)

    assert other == await shop.look(other)
    assert other.all_coins == await shop.world.coins("ann")


async def test_what_was_bought_since_is_not_counted(shop: Shop) -> None:
    """Coins are spent first in, first out: a later purchase's coins are no unused ones of the first."""
    first = await bought(shop)
    await bought(shop, key="second")
    await shop.world.send(shop.world.order(gift="heart", quantity=140))

    with pytest.raises(Refusal, match="All coins of this purchase are spent"):
        await withdraw(shop, first)


@pytest.mark.parametrize(
    ("changed", "user", "slug"), [({"country": "US"}, "ann", "not_refundable"), ({}, "bob", "unknown_purchase")]
)
async def test_who_has_no_right(shop: Shop, changed: dict[str, Any], user: str, slug: str) -> None:
    """Where the country has no such right, or the purchase is another person's, nothing moves."""
    purchase = await bought(shop, **changed)
    with pytest.raises(Refusal, match=slug):
        await withdraw(shop, purchase, user=user)

    assert 700 == await shop.world.coins("ann")


async def test_the_right_ends(shop: Shop) -> None:
    """After the policy's days the right is over, and not a moment before."""
    purchase = await bought(shop)
    days = shop.tariff.policy("DE", shop.now_ms).withdrawal_days
    shop.now_ms += days * DAY_MS + 1
    with pytest.raises(Refusal, match="is over"):
        await withdraw(shop, purchase)
    shop.now_ms -= 1

    assert "refunded" == (await withdraw(shop, purchase))[0].status


async def test_an_open_checkout_is_no_purchase_yet(shop: Shop) -> None:
    """What was not paid cannot be given back."""
    purchase = (await shop.buy(country="DE", package="coins_700")).purchase
    with pytest.raises(Refusal, match="This purchase is created"):
        await withdraw(shop, purchase)


async def test_coins_that_were_spent_in_the_same_moment(shop: Shop) -> None:
    """Where the coins are gone when they are to be taken, nothing goes back and the purchase is as it was;
    the same key is told so again."""
    purchase = await bought(shop)
    await shop.keep_books()
    (wallet,) = await shop.world.ledger.wallets(["ann"])
    await shop.world.send(shop.world.order(gift="swan"))
    wish = Wish("ann", purchase.id, "w")
    for _ in range(2):
        with pytest.raises(Refusal, match="spent meanwhile"):
            await withdraw_purchase(shop.archive, shop.delivery, shop.tariff, wish, wallet.version, shop.now_ms)

    assert purchase == await shop.look(purchase)
    assert "refused" == await shop.archive.read(purchases.state_of_give_back, wish.undo_id)
    assert 1 == await shop.world.coins("ann")


async def test_books_that_are_behind(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the archive does not know what was spent last, nobody can say what is unused."""
    monkeypatch.setattr("app.actions.viewer.withdraw_purchase.CAUGHT_UP_S", 0.1)
    purchase = await bought(shop)
    wish = Wish("ann", purchase.id, "w")
    with pytest.raises(Refusal, match="unavailable"):
        await withdraw_purchase(shop.archive, shop.delivery, shop.tariff, wish, purchase.n, shop.now_ms)
