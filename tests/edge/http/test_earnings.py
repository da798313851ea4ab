"""A streamer's earnings over HTTP: the diamonds now, what earned them, and whose business that is."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from app.rules.earnings import Earnings, EarningsDays, EarningsGifters, EarningsGifts
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import new_id

PARTITIONS = (1, 4)
SETTINGS = {"gift_rate": 0, "request_rate": 0, "hold_s": 0, "award_ppm": 500_000}


async def gift(product: Product, streamer: str, *gifts: str, user: str = "ann") -> None:
    """Somebody gives gifts in a streamer's room."""
    product.wait_for_books()
    await product.grant(user, 10_000)
    room = await product.open_room(f"room-{streamer}", streamer)
    async with product.join(user, room) as viewer:
        for name in gifts:
            await viewer.send_gift(new_id(), name)


async def settled(product: Product, streamer: str, available: str, **claims: Any) -> Earnings:
    """The earnings, once so many diamonds are available."""
    token = product.token(streamer, "streamer", **claims)
    async with asyncio.timeout(30):
        while (found := await read(product, "/v1/me/earnings", Earnings, token)).available != available:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    earnings: Earnings = found
    return earnings


async def test_diamonds_and_what_they_come_to(product: Product) -> None:
    """Half a diamond for a coin, as the setting says, available after the hold; worth what the country's card says."""
    await gift(product, "nova", "heart", "heart")
    found = await settled(product, "nova", "5")
    german = await settled(product, "nova", "5", country="DE")
    async with product.platform() as http:
        theirs = (await http.get("/v1/users/nova/earnings")).json()

    assert ("0", "0", "0", "0", None) == (
        found.pending,
        found.held,
        found.paid,
        found.in_review,
        found.next_settlement_ms,
    )
    assert (2, "USD", 500_000, 0) == (
        found.value.minor,
        found.rate_card.currency,
        found.rate_card.award_ppm,
        found.rate_card.hold_s,
    )
    assert ("EUR", "DE-2026-1") == (german.value.currency, german.rate_card.id)
    assert ("5", "US-2026-1") == (theirs["available"], theirs["rate_card"]["id"])


async def test_what_earned_them(product: Product) -> None:
    """By day, by who gave and by what was given; of nobody nothing."""
    await gift(product, "sol", "heart", "rose")
    await gift(product, "sol", "rose", user="bob")
    await settled(product, "sol", "3.5")
    token, today = product.token("sol", "streamer"), datetime.now(UTC).date().isoformat()
    days = await read(product, "/v1/me/earnings/days", EarningsDays, token)
    gifters = await read(product, "/v1/me/earnings/gifters", EarningsGifters, token, period="week")
    most = await read(product, "/v1/me/earnings/gifts", EarningsGifts, token, limit=1)
    before = await read(
        product, "/v1/me/earnings/days", EarningsDays, token, **{"from": "2026-01-01", "to": "2026-01-31"}
    )
    nobody = await read(product, "/v1/me/earnings/gifters", EarningsGifters, product.token("nobody"), period="all")

    assert [(3, 7, "3.5", 2)] == [(day.gifts, day.coins, day.diamonds, day.gifters) for day in days.days]
    assert days.days[0].day <= today
    assert ("week", [("ann", "Ann", 2, 6, "3"), ("bob", "Bob", 1, 1, "0.5")]) == (
        gifters.period,
        [(one.user, one.name, one.gifts, one.coins, one.diamonds) for one in gifters.gifters],
    )
    assert ("month", [("heart", 1, 5, "2.5")]) == (
        most.period,
        [(one.gift, one.gifts, one.coins, one.diamonds) for one in most.gifts],
    )
    assert ([], []) == (before.days, nobody.gifters)


async def test_whose_business_it_is(product: Product) -> None:
    """An overlay's token, which others may see, tells nothing of money; odd questions are refused."""
    token = product.token("nova", "streamer")
    paths = ("", "/days", "/gifters", "/gifts")
    overlays = [await refusal(product, f"/v1/me/earnings{path}", product.token("nova", "overlay")) for path in paths]
    asked: list[tuple[str, dict[str, str]]] = [
        ("days", {"from": "x"}),
        ("days", {"from": "2026-02-01", "to": "2026-01-01"}),
        ("gifters", {"period": "year"}),
        ("gifts", {"period": ""}),
        ("gifts", {"limit": "0"}),
    ]
    odd = [await refusal(product, f"/v1/me/earnings/{path}", token, **query) for path, query in asked]

    assert ["forbidden"] * 4 == [problem.error for problem in overlays]
    assert ["bad_request"] * 5 == [problem.error for problem in odd]
