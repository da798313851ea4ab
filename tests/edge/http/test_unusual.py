"""Unusual purchases over HTTP: which are told, to whom, and until when."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from app.rules.messages import WalletView
from app.rules.unusual import UnusualNotice, UnusualPurchase
from tests.edge.http.buying import WEBHOOK_SECRET, event, tell
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id

SETTINGS = {
    "demo_webhook_secret": WEBHOOK_SECRET,
    "request_rate": 0,
    "trusted_proxies": "127.0.0.1",
    "unusual_from": 1400,
}
HOME, OTHER = "192.0.2.7", "198.51.100.9"
LARGE, SMALL = "coins_1400", "coins_700"


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    product.wait_for_books()


async def purchase(product: Product, user: str, address: str, package: str, *, paid: bool = True) -> str:
    """A purchase from that address; its id."""
    async with product.http(product.token(user)) as http:
        headers = {"Idempotency-Key": new_id(), "X-Forwarded-For": address}
        answer = await http.post("/v1/me/purchases", json={"package": package}, headers=headers)
    made: dict[str, Any] = answer.json()
    assert 201 == answer.status_code, answer.text
    if paid:
        assert 200 == (await tell(product, event(made, payment_intent=f"pi_{made['id']}"))).status_code
    return str(made["id"])


async def warned(product: Product, user: str) -> list[UnusualNotice]:
    """What somebody's wallet warns of."""
    found: WalletView = await read(product, "/v1/me/wallet", WalletView, product.token(user))
    assert found.unusual is not None
    return found.unusual


@pytest.mark.parametrize(
    ("before", "then", "unusual"),
    [
        ([], (HOME, LARGE), False),
        ([(HOME, SMALL)], (HOME, LARGE), False),
        ([(HOME, SMALL)], (OTHER, SMALL), False),
        ([(HOME, SMALL)], (OTHER, LARGE), True),
        ([(HOME, SMALL), (OTHER, SMALL)], (OTHER, LARGE), False),
        ([("2001:db8:1:2::5", SMALL)], ("2001:db8:1:2:9::1", LARGE), False),
        ([("2001:db8:1:2::5", SMALL)], ("2001:db8:1:3::5", LARGE), True),
        ([(HOME, SMALL)], (f"::ffff:{HOME}", LARGE), False),
    ],
)
async def test_which_purchases_are_told(
    product: Product, before: list[tuple[str, str]], then: tuple[str, str], unusual: bool
) -> None:
    """Large ones from an address that the person has not bought from, IPv6 by its /64; the first one of all is not."""
    user = new_id()
    for address, package in before:
        await purchase(product, user, address, package)
    last = await purchase(product, user, *then)

    assert ([last] if unusual else []) == [notice.purchase for notice in await warned(product, user)]


async def test_all_sockets_are_told_and_the_wallet_until_it_is_known(product: Product) -> None:
    """Both sockets hear what the wallet says, the platform reads it, nobody else ends it, and who knows it ends it."""
    room = await product.open_room("unusual")
    await purchase(product, "una", HOME, SMALL)
    async with product.join("una", room) as here, product.join("una", room) as there, product.join("udo", room) as udo:
        await purchase(product, "una", OTHER, LARGE, paid=False)
        made = await purchase(product, "una", OTHER, LARGE)
        news = [await client.until(UnusualPurchase) for client in (here, there)]
        (notice,) = await warned(product, "una")
        await udo.ping("p")
        assert [] == udo.all_of(UnusualPurchase)
    assert [made] * 2 == [one.purchase for one in news]
    assert (notice.at_ms, notice.coins, notice.price) == (news[0].at_ms, news[0].coins, news[0].price)
    assert made == notice.purchase
    assert notice.coins >= 1400
    theirs: WalletView = await read(product, "/v1/users/una/wallet", WalletView, API_KEY)
    assert [notice] == theirs.unusual
    path = f"/v1/me/purchases/{made}/recognise"
    for user, asked in (("udo", path), ("una", path.replace(made, "p_1"))):
        async with product.http(product.token(user)) as http:
            refused = await http.post(asked)
        assert (404, "unknown_purchase") == (refused.status_code, refused.json()["error"])
    assert [notice] == await warned(product, "una")
    async with product.http(product.token("una")) as http:
        known = [await http.post(path) for _ in range(2)]
    assert [(200, made)] * 2 == [(answer.status_code, answer.json()["id"]) for answer in known]

    assert [] == await warned(product, "una")


async def test_no_address_is_kept(product: Product) -> None:
    """In the archive's tables there is a mark and no address, another one for each person."""
    for user in ("mark-a", "mark-b"):
        await purchase(product, user, HOME, SMALL)
    with closing(sqlite3.connect(product.data / "archive.db")) as archive:
        query = "SELECT mark FROM purchase_addresses WHERE person IN ('mark-a', 'mark-b')"
        marks = [mark for (mark,) in archive.execute(query)]
        rows = [*archive.execute("SELECT * FROM purchase_addresses"), *archive.execute("SELECT * FROM purchases_from")]

    assert 2 == len(set(marks)) == len(marks)
    assert HOME not in str(rows)
