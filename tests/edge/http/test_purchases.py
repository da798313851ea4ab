"""Purchases over HTTP: who may buy what, where it leads, and whose it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.rules.purchase_views import PurchaseList, PurchaseView
from app.rules.receipts import Receipt
from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, make_tables, tell
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import new_id
from tests.rules.shapes import strictly

SETTINGS = {
    "demo_webhook_secret": WEBHOOK_SECRET,
    "origins": "https://platform.example",
    "request_rate": 0,
    "seller": "Night Stage GmbH; 1 Stage Street, 10115 Berlin; VAT DE123456789",
}
SELLER = ["Night Stage GmbH", "1 Stage Street, 10115 Berlin", "VAT DE123456789"]

PARTITIONS = (1, 4)


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def test_a_purchase_leads_to_a_checkout(product: Product) -> None:
    """A purchase is answered with its price, tax and checkout, and again under the same key."""
    answer, again = [await buy(product, "ann", "k1") for _ in range(2)]
    purchase = strictly(answer.content, PurchaseView)

    assert (201, 201, "true") == (answer.status_code, again.status_code, again.headers["idempotency-replayed"])
    assert answer.json() == again.json()
    assert ("created", 700, 999, "USD", "US") == (
        purchase.status,
        purchase.coins,
        purchase.price.minor,
        purchase.price.currency,
        purchase.country,
    )
    assert purchase.checkout_url is not None
    assert purchase.checkout_url.startswith(f"{product.url}/checkout/")


async def test_prices_are_those_of_the_viewers_country(product: Product) -> None:
    """The country is the request's, else the token's."""
    async with product.http(product.token("jun", country="JP")) as http:
        headers = {"Idempotency-Key": new_id()}
        yen = (await http.post("/v1/me/purchases", json={"coins": 100}, headers=headers)).json()
        headers = {"Idempotency-Key": new_id()}
        euro = (await http.post("/v1/me/purchases", json={"coins": 100, "country": "DE"}, headers=headers)).json()

    assert ("JPY", 0, "EUR", 2) == (
        yen["price"]["currency"],
        yen["price"]["exponent"],
        euro["price"]["currency"],
        euro["price"]["exponent"],
    )
    assert 0 < euro["tax"]["minor"] < euro["price"]["minor"]


@pytest.mark.parametrize(
    ("wanted", "slug"),
    [
        ({"package": "coins_1"}, "unknown_package"),
        ({"package": "coins_700", "country": "XX"}, "unknown_country"),
        ({"package": "coins_700", "country": "us"}, "bad_request"),
        ({"package": "coins_700", "coins": 1}, "bad_request"),
        ({"channel": "web"}, "bad_request"),
        ({"package": "coins_700", "channel": "tv"}, "bad_request"),
        ({"package": "coins_700", "provider": "nobody"}, "bad_request"),
        ({"coins": 0}, "bad_request"),
        ({"coins": -5}, "bad_request"),
        ({"coins": 1.5}, "bad_request"),
        ({"coins": "100"}, "bad_request"),
        ({"coins": 10**18}, "bad_request"),
        ({"coins": 1_000_000_000}, "bad_request"),
        ({"package": "coins_700", "return_url": "https://evil.example/"}, "bad_request"),
        ({"package": "coins_700", "return_url": "//evil.example/"}, "bad_request"),
        ({"package": "coins_700", "return_url": "/\\evil.example/"}, "bad_request"),
        ({"package": "coins_700", "return_url": "javascript:alert(1)"}, "bad_request"),
        ({"package": "coins_700", "return_url": "https://platform.example.evil.example/"}, "bad_request"),
        ({"package": "coins_700", "return_url": "https://platform.example@evil.example/"}, "bad_request"),
    ],
)
async def test_what_cannot_be_bought(product: Product, wanted: dict[str, Any], slug: str) -> None:
    """An unknown country, package or provider, an odd amount or a foreign return_url: a clear slug."""
    answer = await buy(product, "picky", **wanted)

    assert slug == answer.json()["error"], answer.text


@pytest.mark.parametrize("return_url", ["/room/main", "https://platform.example/shop?x=1"])
async def test_where_a_checkout_may_lead_back_to(product: Product, return_url: str) -> None:
    """A page of ours or of an allowed origin."""
    answer = await buy(product, f"back-{len(return_url)}", package="coins_70", return_url=return_url)

    assert 201 == answer.status_code, answer.text


async def test_a_checkout_leads_to_the_wallet(product: Product) -> None:
    """Where nothing else is asked, who has paid comes to the wallet."""
    purchase = (await buy(product, "homeward", package="coins_70")).json()
    async with product.http() as http:
        session = purchase["checkout_url"].rpartition("/")[2]
        checkout = (await http.get(f"/v1/demo/checkouts/{session}")).json()

    assert f"{product.url}/wallet" == checkout["return_url"]


async def test_a_receipt(product: Product) -> None:
    """Its owner gets it once the coins are credited: the seller of the settings, the price with its tax, a number."""
    purchase = (await buy(product, "taxed", package="coins_700", country="DE")).json()
    async with product.http(product.token("taxed")) as http:
        early = await http.get(f"/v1/me/purchases/{purchase['id']}/receipt")
        await tell(product, event(purchase))
        found = strictly((await http.get(f"/v1/me/purchases/{purchase['id']}/receipt")).content, Receipt)
    async with product.http(product.token("thief")) as http:
        stolen = await http.get(f"/v1/me/purchases/{purchase['id']}/receipt")

    assert [(404, "unknown_purchase")] * 2 == [(a.status_code, a.json()["error"]) for a in (early, stolen)]
    assert (SELLER, "Taxed", 190_000, 700) == (found.seller, found.buyer.name, found.tax_ppm, found.coins)
    assert purchase["price"]["minor"] == found.total.minor == found.net.minor + found.tax.minor


async def test_a_purchase_needs_a_key(product: Product) -> None:
    """Without an Idempotency-Key, or with a long one, or one that was used for another body, nothing is bought."""
    async with product.http(product.token("keyless")) as http:
        answers = [
            await http.post("/v1/me/purchases", json={"coins": 100}),
            await http.post("/v1/me/purchases", json={"coins": 100}, headers={"Idempotency-Key": "k" * 201}),
        ]
    await buy(product, "keyless", "k", coins=100)
    answers.append(await buy(product, "keyless", "k", coins=101))

    assert [("bad_request", 400), ("bad_request", 400), ("id_reused", 409)] == [
        (answer.json()["error"], answer.status_code) for answer in answers
    ]


@pytest.mark.parametrize("role", ["overlay", "guardian", "operator"])
async def test_who_does_not_buy(product: Product, role: Any) -> None:
    """Roles that do not spend coins buy none."""
    async with product.http(product.token("o", role)) as http:
        answer = await http.post("/v1/me/purchases", json={"coins": 100}, headers={"Idempotency-Key": "k"})

    assert (403, "forbidden") == (answer.status_code, answer.json()["error"])


async def test_another_persons_purchase_is_unknown(product: Product) -> None:
    """Nobody sees, lists or gives back what another one bought; the platform sees it."""
    purchase = (await buy(product, "owner")).json()
    async with product.http(product.token("thief")) as http:
        seen = await http.get(f"/v1/me/purchases/{purchase['id']}")
        headers = {"Idempotency-Key": "k"}
        back = await http.post(f"/v1/me/purchases/{purchase['id']}/withdraw", headers=headers)
        listed = (await http.get("/v1/me/purchases")).json()
        of_others = await http.get("/v1/users/owner/purchases")
    async with product.platform() as http:
        found = strictly((await http.get("/v1/users/owner/purchases")).content, PurchaseList)

    assert [404, 404, 403] == [seen.status_code, back.status_code, of_others.status_code]
    assert "unknown_purchase" == seen.json()["error"]
    assert [] == listed["purchases"]
    assert [purchase["id"]] == [one.id for one in found.purchases]


async def test_purchases_page_by_page(product: Product) -> None:
    """All purchases are found, the newest first, however small the pages are; a made-up cursor is refused."""
    made = [(await buy(product, "pages")).json()["id"] for _ in range(5)]
    token, found, query = product.token("pages"), list[str](), {"limit": "2"}
    while True:
        part = await read(product, "/v1/me/purchases", PurchaseList, token, **query)
        assert len(part.purchases) <= 2
        found += [purchase.id for purchase in part.purchases]
        if part.cursor is None:
            break
        query["cursor"] = part.cursor

    assert sorted(made) == sorted(found)
    assert found == sorted(found, key=lambda name: -made.index(name))
    for bad in ("x", "1.", "1.a b", "9" * 40 + ".a"):
        async with product.http(token) as http:
            refused = await http.get("/v1/me/purchases", params={"cursor": bad})
        assert ("bad_request", 400) == (refused.json()["error"], refused.status_code)


async def test_no_right_of_withdrawal_in_the_united_states(product: Product) -> None:
    """Where the country has no such right the answer says so, and the coins stay."""
    purchase = (await buy(product, "regretful")).json()
    await tell(product, event(purchase))
    async with product.http(product.token("regretful")) as http:
        headers = {"Idempotency-Key": "k"}
        answer = await http.post(f"/v1/me/purchases/{purchase['id']}/withdraw", headers=headers)

    assert (409, "not_refundable") == (answer.status_code, answer.json()["error"])
    assert 700 == await product.coins("regretful")


async def test_nobody_without_a_token_buys(product: Product) -> None:
    """Buying and looking need a token."""
    async with product.http() as http:
        answers = [
            await http.post("/v1/me/purchases", json={"coins": 1}, headers={"Idempotency-Key": "k"}),
            await http.get("/v1/me/purchases"),
            await http.get("/v1/me/purchases/p"),
            await http.post("/v1/me/purchases/p/withdraw", headers={"Idempotency-Key": "k"}),
            await http.get("/v1/users/ann/purchases"),
        ]

    assert {401} == {answer.status_code for answer in answers}
    assert {"unauthorized"} == {json.loads(answer.content)["error"] for answer in answers}
