"""HTTP for promoted rooms in the lobby, at the running product."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import msgspec
import pytest

from app.edge.http.promoted import PromotedPlaces
from app.rules.promotion_views import PromotionReport
from tests.edge.http.buying import make_tables
from tests.edge.http.promoting import half_over, places, promote
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import new_id

SETTINGS = {"request_rate": 0}
BROWSER = "a-browser-of-somebody"


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def tell(
    product: Product, what: str, body: dict[str, Any], token: str | None = None, browser: str = ""
) -> httpx2.Response:
    """The answer to impressions or a visit."""
    headers = {"Fanfare-Browser": browser} if browser else {}
    async with product.http(token) as http:
        return await http.post(f"/v1/promotions/{what}", json=body, headers=headers)


async def test_from_the_lobby_to_the_report(product: Product) -> None:
    """A promoted room is shown, seen for a second, followed, and given a gift; its buyer's report says all of it."""
    await product.grant("ann", 150)
    await product.grant("ben", 50)
    room = await product.open_room("shown")
    promotion = (await promote(product, "ann", room=room)).json()["id"]
    await half_over(product, promotion)
    async with asyncio.timeout(10):
        while not (found := await places(product, browser=BROWSER)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    msgspec.convert({"places": found}, PromotedPlaces)
    assert [room] == [place["room"]["id"] for place in found]
    ticket = found[0]["ticket"]
    await asyncio.sleep(1.1)
    seen = {"seen": [{"ticket": ticket, "ms": 1000}, {"ticket": ticket, "ms": 500}, {"ticket": "x", "ms": 1000}]}
    told = await tell(product, "impressions", seen, browser=BROWSER)
    assert (202, ["counted", "too_short", "bad_ticket"]) == (told.status_code, told.json()["results"])
    visits = [
        await tell(product, "visits", {"ticket": ticket}, token, BROWSER) for token in (None, product.token("ben"))
    ]
    assert [(202, True), (202, False)] == [(one.status_code, one.json()["counted"]) for one in visits]
    async with product.join("ben", room) as client:
        await client.send_gift(new_id(), quantity=3)
    async with asyncio.timeout(30):
        while True:
            report = await read(product, f"/v1/me/promotions/{promotion}", PromotionReport, product.token("ann"))
            if report.gifts and report.delivered:
                break
            await asyncio.sleep(0.2)

    assert (1, 1, 3, 3) == (report.delivered, report.visits, report.gifts, report.gift_coins)
    assert 1 == sum(point.impressions for point in report.points) == sum(point.visits for point in report.points)
    assert [] == await places(product, product.token("ann"))
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")
    assert [] == await places(product, product.token("cat"))


async def test_the_buyers_own_browser(product: Product) -> None:
    """The browser in which a room was promoted is its buyer's, with or without a token; others are shown the room."""
    await product.grant("zed", 150)
    room = await product.open_room("own")
    promotion = (await promote(product, "zed", browser=BROWSER, room=room)).json()["id"]
    await half_over(product, promotion)
    async with asyncio.timeout(10):
        while not await places(product, browser="b" * 16):  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    assert [] == await places(product, browser=BROWSER)
    assert [] == await places(product, product.token("zed"))
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")


async def test_who_is_not_told_apart(product: Product) -> None:
    """Without a token and an id of the browser nobody is shown anything; an odd id, a wrong token are refused."""
    assert "bad_request" == (await refusal(product, "/v1/promotions/places")).error
    assert "unauthorized" == (await refusal(product, "/v1/promotions/places", "wrong")).error
    for headers in ({"Fanfare-Browser": "short"}, {"Fanfare-Browser": "x" * 65}):
        async with product.http() as http:
            assert "bad_request" == (await http.get("/v1/promotions/places", headers=headers)).json()["error"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("impressions", {}),
        ("impressions", {"seen": []}),
        ("impressions", {"seen": [{"ticket": "x", "ms": 1}] * 21}),
        ("impressions", {"seen": [{"ticket": "x", "ms": -1}]}),
        ("impressions", {"seen": [{"ticket": "x" * 201, "ms": 1}]}),
        ("visits", {}),
        ("visits", {"ticket": 5}),
    ],
)
async def test_what_cannot_be_told(product: Product, what: str, body: dict[str, Any]) -> None:
    """Bodies have a shape and a bound."""
    told = await tell(product, what, body, product.token(new_id()[-12:]))

    assert (400, "bad_request") == (told.status_code, told.json()["error"])


async def test_a_visit_needs_a_ticket(product: Product) -> None:
    """Nobody notes a visit without one."""
    told = await tell(product, "visits", {"ticket": "m_0.1.2.3"}, browser=BROWSER)

    assert (400, "bad_ticket") == (told.status_code, told.json()["error"])


async def test_telling_has_a_rate(product: Product) -> None:
    """A viewer who tells much is told to wait, another one is not."""
    body = {"seen": [{"ticket": "x", "ms": 1000}]}
    told = await asyncio.gather(*(tell(product, "impressions", body, product.token("dan")) for _ in range(12)))

    assert {202, 429} == {one.status_code for one in told}
    assert 202 == (await tell(product, "impressions", body, product.token("dora"))).status_code
