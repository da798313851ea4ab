"""Promotions at a running product: bought over HTTP, told of by a lobby."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2

from app.base.clock import now_ms
from app.rules.promotions import HOUR_MS
from app.store.keys import Keys
from tests.edge.product import Product
from tests.edge.site import new_id


async def promote(
    product: Product, user: str, key: str | None = None, browser: str = "", **body: Any
) -> httpx2.Response:
    """The answer to a promotion."""
    wanted = {"room": "main", "package": "first_look", **body}
    headers = {"Idempotency-Key": key or new_id(), **({"Fanfare-Browser": browser} if browser else {})}
    async with product.http(product.token(user)) as http:
        return await http.post("/v1/me/promotions", json=wanted, headers=headers)


async def half_over(product: Product, promotion: str) -> None:
    """Returns when it runs; half of its time is over then, and nothing was delivered."""
    key = Keys().promotion(promotion)
    async with asyncio.timeout(20):
        while not product.ask_store("EXISTS", key):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    product.ask_store("HSET", key, "start", now_ms() - HOUR_MS // 2)


async def places(product: Product, token: str | None = None, browser: str = "") -> list[dict[str, Any]]:
    """What a lobby is given."""
    headers = {"Fanfare-Browser": browser} if browser else {}
    async with product.http(token) as http:
        answer = await http.get("/v1/promotions/places", headers=headers)
    assert 200 == answer.status_code, answer.text
    found: list[dict[str, Any]] = answer.json()["places"]
    return found
