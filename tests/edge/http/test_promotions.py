"""HTTP for promotions, at the running product and its bookkeeper."""

from __future__ import annotations

import asyncio

import pytest

from app.rules.promotion_packages import PromotionPackages
from app.rules.promotion_views import PromotionList, PromotionReport
from app.rules.statements import Statement
from tests.edge.http.buying import make_tables
from tests.edge.http.promoting import promote
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import new_id

PARTITIONS = (1, 4)
SETTINGS = {"request_rate": 0}


@pytest.fixture(autouse=True, scope="module")
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def ended(product: Product, user: str, promotion: str) -> PromotionReport:
    """The report, once it has ended."""
    async with asyncio.timeout(20):
        while True:
            found: PromotionReport = await read(
                product, f"/v1/me/promotions/{promotion}", PromotionReport, product.token(user)
            )
            if found.status == "ended":
                return found
            await asyncio.sleep(0.1)


async def test_what_is_sold(product: Product) -> None:
    """Anyone sees what promotions are sold for, and which version of the prices says so."""
    found: PromotionPackages = await read(product, "/v1/promotions/packages", PromotionPackages)

    assert "any-2026-1" == found.book
    assert ("full_house", 500, 1000, 1) in [(p.id, p.coins, p.impressions, p.hours) for p in found.packages]


async def test_a_promotion_of_a_room_that_ends(product: Product) -> None:
    """Coins are spent at once, the promotion is listed and reported; when the room ends they come back."""
    await product.grant("ann", 200)
    room = await product.open_room("promoted")
    key = new_id()
    first, again, other = [
        await promote(product, "ann", key, **body)
        for body in ({"room": room}, {"room": room}, {"room": room, "package": "full_house"})
    ]
    assert (201, 201, 409) == (first.status_code, again.status_code, other.status_code)
    assert (None, "true", "id_reused") == (
        first.headers.get("Idempotency-Replayed"),
        again.headers.get("Idempotency-Replayed"),
        other.json()["error"],
    )
    promotion = first.json()["id"]
    assert (promotion, "running", 50) == (again.json()["id"], again.json()["status"], await product.coins("ann"))
    listed: PromotionList = await read(product, "/v1/me/promotions", PromotionList, product.token("ann"), limit=1)
    assert ([promotion], None) == ([one.id for one in listed.promotions], listed.cursor)
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")
    report = await ended(product, "ann", promotion)
    assert ("room_ended", 0, 150) == (report.why, report.delivered, report.returned)
    assert 200 == await product.coins("ann")
    statement: Statement = await read(
        product, "/v1/me/statement", Statement, product.token("ann"), kind="promotion,promotion_returned"
    )
    assert [("promotion_returned", 150, promotion, room), ("promotion", -150, promotion, room)] == [
        (line.kind, line.coins, line.what.promotion, line.what.room) for line in statement.entries
    ]


async def test_what_is_refused(product: Product) -> None:
    """Each bad promotion has its slug; too few coins are told with the price, and nothing has moved."""
    await product.grant("eve", 149)
    gone = await product.open_room("gone")
    closed = await product.open_room("closed", promotable=False)
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{gone}")
    found = [
        await promote(product, "eve", **body)
        for body in (
            {"room": "nowhere"},
            {"room": gone},
            {"room": closed},
            {"package": "none"},
            {"package": 5},
            {},
        )
    ]

    assert [
        (404, "room_not_found"),
        (409, "room_not_live"),
        (409, "not_promotable"),
        (404, "unknown_package"),
        (400, "bad_request"),
        (402, "insufficient_coins"),
    ] == [(one.status_code, one.json()["error"]) for one in found]
    assert {"price": 150, "coins": 149} == found[-1].json()["details"]
    assert 149 == await product.coins("eve")


async def test_who_may_not(product: Product) -> None:
    """Without a key, with an overlay's token, or with one that is bound to another room, nothing is promoted."""
    body = {"room": "main", "package": "first_look"}
    slugs = []
    for token, headers in (
        (product.token("eve"), {}),
        (product.token("o", "overlay", room="main"), {"Idempotency-Key": "k"}),
        (product.token("eve", room="other"), {"Idempotency-Key": "k"}),
    ):
        async with product.http(token) as http:
            slugs.append((await http.post("/v1/me/promotions", json=body, headers=headers)).json()["error"])

    assert ["bad_request", "forbidden", "forbidden"] == slugs


async def test_other_peoples_promotions(product: Product) -> None:
    """Nobody sees another person's promotion, nor one that is not there."""
    await product.grant("zoe", 150)
    promotion = (await promote(product, "zoe")).json()["id"]

    for one, who in ((promotion, "eve"), ("m_0", "zoe")):
        assert "unknown_promotion" == (await refusal(product, f"/v1/me/promotions/{one}", product.token(who))).error
    assert [] == (await read(product, "/v1/me/promotions", PromotionList, product.token("eve"))).promotions
