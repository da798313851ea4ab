from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from app.actions.viewer.buy_coins import OPEN_MAX
from app.archive.spending import change_bounds
from app.base.errors import Refusal
from app.rules.spending import Bounds, Guard
from tests.actions.shop import Shop


async def test_a_checkout_is_opened(shop: Shop) -> None:
    """A purchase has our price, a checkout at the provider, and brings nothing yet."""
    bought = await shop.buy()
    purchase = bought.purchase

    assert ("created", 700, 999, "USD", False) == (
        purchase.status,
        purchase.coins,
        purchase.minor,
        purchase.currency,
        bought.replayed,
    )
    assert f"http://here/checkout/{purchase.session}" == purchase.checkout_url
    assert 0 == await shop.world.coins("ann")


async def test_a_key_makes_one_purchase(shop: Shop) -> None:
    """The same key and request give the same purchase, ten times at once too; others' keys are others'."""
    bought = await asyncio.gather(*(shop.buy() for _ in range(10)))

    assert 1 == len({one.purchase for one in bought})
    assert [False, *[True] * 9] == sorted(one.replayed for one in bought)
    assert bought[0].purchase.id != (await shop.buy(user="bob")).purchase.id
    assert bought[0].purchase.id != (await shop.buy("other")).purchase.id


@pytest.mark.parametrize(
    "other", [{"package": "coins_350"}, {"coins": 700}, {"package": "coins_700", "channel": "app"}]
)
async def test_a_key_is_for_one_request(shop: Shop, other: dict[str, Any]) -> None:
    """The same key with another request, or in another country, is refused."""
    await shop.buy()
    with pytest.raises(Refusal, match="id_reused"):
        await shop.buy(**other)
    with pytest.raises(Refusal, match="id_reused"):
        await shop.buy(country="DE", package="coins_700")


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ({"package": "coins_700", "coins": 7}, "bad_request"),
        ({"channel": "web"}, "bad_request"),
        ({"package": "coins_1"}, "unknown_package"),
        ({"coins": 1_000_000_000}, "bad_request"),
    ],
)
async def test_what_cannot_be_bought(shop: Shop, wanted: dict[str, Any], slug: str) -> None:
    """Both or neither of package and coins, an unknown package or too many coins: a slug, and nothing is kept."""
    with pytest.raises(Refusal, match=slug):
        await shop.buy(**wanted)


async def test_exactly_what_is_missing(shop: Shop) -> None:
    """Any number of coins that is sold can be bought, the price rounded up."""
    purchase = (await shop.buy(coins=37)).purchase

    assert (None, 37) == (purchase.package, purchase.coins)
    assert 0 < purchase.minor < 100


async def test_a_provider_that_is_away(shop: Shop) -> None:
    """Where the provider cannot be reached the purchase waits under its key, and goes on with the next call."""
    shop.provider.failures = 1
    with pytest.raises(Refusal, match="unavailable"):
        await shop.buy()
    bought = await shop.buy()

    assert bought.replayed
    assert bought.purchase.checkout_url


async def test_open_checkouts_are_bounded(shop: Shop) -> None:
    """Nobody opens checkouts without end."""
    for number in range(OPEN_MAX):
        await shop.buy(f"k{number}")
    with pytest.raises(Refusal, match="rate_limited"):
        await shop.buy("more")
    assert (await shop.buy("k0")).replayed


def being(bounds: Bounds, before: Bounds) -> Bounds:
    """Whatever was set before."""
    return bounds


async def test_a_cool_off_and_a_lock_stand_against_purchases(shop: Shop) -> None:
    """While a cool-off or a lock holds nothing new is bought; what was begun before is still there, and is credited."""
    begun, until_ms = await shop.buy("before"), shop.now_ms + 1000
    for set_, slug in ((Bounds(cool_off_ms=until_ms), "limit_reached"), (Bounds(guard=Guard(locked=True)), "locked")):
        await shop.archive.write(change_bounds, "ann", partial(being, set_))
        with pytest.raises(Refusal, match=slug):
            await shop.buy("during")
        assert begun.purchase == (await shop.buy("before")).purchase
    await shop.archive.write(change_bounds, "ann", partial(being, Bounds(cool_off_ms=shop.now_ms)))
    assert not (await shop.buy("during")).replayed
    await shop.say(begun.purchase, "checkout.session.completed")
    await shop.delivery.deliver()
    assert "credited" == (await shop.look(begun.purchase)).status
