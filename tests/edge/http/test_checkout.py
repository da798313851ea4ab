"""The demo's checkout: what is to be paid, paying, and the webhooks that come of it."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.rules.purchase_views import CheckoutView, PaymentView
from tests.edge.http.buying import CARD, WEBHOOK_SECRET, buy, deliver, make_tables
from tests.edge.product import Product
from tests.rules.shapes import strictly

SETTINGS = {"demo_webhook_secret": WEBHOOK_SECRET}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def pay(product: Product, purchase: dict[str, Any], **payment: Any) -> httpx2.Response:
    """The answer to a payment at the purchase's checkout."""
    session = purchase["checkout_url"].rpartition("/")[2]
    headers = {"Accept-Language": payment.pop("language", "en")}
    async with product.http() as http:
        return await http.post(f"/v1/demo/checkouts/{session}", json={"method": "card", **payment}, headers=headers)


async def test_what_is_to_be_paid(product: Product) -> None:
    """The checkout shows coins, price and where it leads back to, to whoever has its address."""
    purchase = (await buy(product, "ann")).json()
    async with product.http() as http:
        answer = await http.get(f"/v1/demo/checkouts/{purchase['checkout_url'].rpartition('/')[2]}")
    checkout = strictly(answer.content, CheckoutView)

    assert (700, 999, "created", f"{product.url}/wallet") == (
        checkout.coins,
        checkout.price.minor,
        checkout.status,
        checkout.return_url,
    )


@pytest.mark.parametrize("session", ["x", "cs_demo_", "cs_demo_p_unknown", "cs_demo_%00", "cs_demo_" + "x" * 500])
async def test_unknown_checkouts(product: Product, session: str) -> None:
    """A checkout that is none is unknown."""
    async with product.http() as http:
        answer = await http.get(f"/v1/demo/checkouts/{session}")

    assert (404, "unknown_purchase") == (answer.status_code, answer.json()["error"])


async def test_a_payment_brings_the_coins_by_webhook(product: Product) -> None:
    """A payment is told to the payer at once; the coins come with the webhooks, once, though they come twice."""
    purchase = (await buy(product, "payer")).json()
    answer = await pay(product, purchase, number=CARD)
    assert "paid" == strictly(answer.content, PaymentView).status
    await deliver(product, "payer", 700)

    assert 700 == await product.coins("payer")
    assert "bad_request" == (await pay(product, purchase, number=CARD)).json()["error"]


@pytest.mark.parametrize(
    ("payment", "status"),
    [
        ({"number": "4000000000000002"}, "declined"),
        ({"number": "4000002500003155"}, "confirm"),
        ({"method": "account"}, "confirm"),
        ({"method": "account", "confirmed": False}, "cancelled"),
    ],
)
async def test_payments_that_are_none(product: Product, payment: dict[str, Any], status: str) -> None:
    """Declined, asked once more or cancelled: nothing is sent, and another way can be tried."""
    purchase = (await buy(product, f"undecided-{status}")).json()

    assert status == (await pay(product, purchase, **payment)).json()["status"]
    assert "paid" == (await pay(product, purchase, method="wallet")).json()["status"]


async def test_the_payer_is_told_in_their_language(product: Product) -> None:
    """What came of a payment is said in the language that is asked for."""
    purchase = (await buy(product, "abroad")).json()
    answer = await pay(product, purchase, number="4000000000000069", language="de")

    assert ("Deine Karte ist abgelaufen.", "de") == (answer.json()["message"], answer.headers["content-language"])


async def test_a_payment_has_a_shape(product: Product) -> None:
    """An unknown way to pay, or a number without end, is refused."""
    purchase = (await buy(product, "shapeless")).json()

    for payment in ({"method": "cash"}, {"number": "4" * 41}, {"number": 4242}):
        assert "bad_request" == (await pay(product, purchase, **payment)).json()["error"]
