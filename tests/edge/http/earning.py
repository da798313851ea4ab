"""A streamer at a running product who has earned diamonds and is paid them out."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from app.rules.messages import GiftAccepted
from app.rules.payout_views import PayoutView
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import new_id

PROFILE = {"country": "US", "form": "W-9", "name": "Nova Streamer", "tin": "536-90-4399"}


async def earn(product: Product, streamer: str, gift: str = "universe", quantity: int = 1) -> None:
    """Somebody gives a gift, and its diamonds become available."""
    product.wait_for_books()
    before = await available(product, streamer)
    await product.grant("rich", 1_000_000)
    room = await product.open_room(f"room-{streamer}", streamer)
    async with product.join("rich", room) as viewer:
        accepted = await viewer.send_gift(new_id(), gift, quantity=quantity)
    assert isinstance(accepted, GiftAccepted), accepted
    async with asyncio.timeout(30):
        while await available(product, streamer) == before:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def available(product: Product, streamer: str) -> str:
    """A streamer's available diamonds."""
    async with product.platform() as http:
        return str((await http.get(f"/v1/users/{streamer}/earnings")).json()["available"])


async def put_profile(product: Product, streamer: str, **changed: Any) -> httpx2.Response:
    """The answer to a tax profile."""
    async with product.http(product.token(streamer, "streamer")) as http:
        return await http.put("/v1/me/tax-profile", json={**PROFILE, **changed})


async def quote(product: Product, streamer: str, diamonds: Any = "4000") -> httpx2.Response:
    """The answer to a question for a quote."""
    async with product.http(product.token(streamer, "streamer")) as http:
        return await http.post("/v1/me/payouts/quote", json={"diamonds": diamonds})


async def ask(product: Product, streamer: str, diamonds: str = "4000", **changed: Any) -> httpx2.Response:
    """The answer to a payout."""
    key = changed.pop("key", None) or new_id()
    body = {"quote": changed.pop("quote", None) or (await quote(product, streamer, diamonds)).json()["quote"]}
    body |= {"rail": "demo", "destination": "nova@example.com", **changed}
    async with product.http(product.token(streamer, "streamer")) as http:
        return await http.post("/v1/me/payouts", json=body, headers={"Idempotency-Key": key})


async def ended(product: Product, streamer: str, payout_id: str, *statuses: str) -> PayoutView:
    """A payout, once it has one of these statuses."""
    async with asyncio.timeout(40):
        while True:
            found: PayoutView = await read(
                product, f"/v1/me/payouts/{payout_id}", PayoutView, product.token(streamer, "streamer")
            )
            if found.status in statuses:
                return found
            await asyncio.sleep(0.1)
