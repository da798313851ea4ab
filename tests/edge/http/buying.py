"""Buying coins at a running product: the viewer, the demo's provider, and its webhooks by hand."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from app.archive import demo_events
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.base.clock import now_ms
from app.rails.payments.demo_sender import DemoSender
from app.rails.payments.webhooks import sign
from tests.edge.product import Product
from tests.edge.site import new_id

WEBHOOK_SECRET = "the tests' secret of the demo's webhooks"
CARD = "4242424242424242"


@contextmanager
def books(product: Product) -> Iterator[Archive]:
    """The product's archive."""
    archive = Archive(sqlite_url(product.data / "archive.db"))
    try:
        yield archive
    finally:
        archive.close()


def make_tables(product: Product) -> None:
    """Makes the archive's tables, where no bookkeeper has made them yet."""
    with books(product) as archive:
        archive.write_now(migrate)


async def deliver(product: Product, user: str, coins: int) -> None:
    """Sends the demo's webhooks until all are taken and the wallet holds so many coins."""
    with books(product) as archive:
        sender = DemoSender(archive, f"{product.url}/v1/webhooks/demo", WEBHOOK_SECRET, now_ms)
        async with asyncio.timeout(20):
            while await product.coins(user) != coins or len(await archive.read(demo_events.due, 2**50, 1)):
                await sender.send_due()
                await asyncio.sleep(0.05)


async def buy(product: Product, user: str, key: str | None = None, **wanted: Any) -> httpx2.Response:
    """The answer to a purchase."""
    async with product.http(product.token(user)) as http:
        headers = {"Idempotency-Key": key or new_id()}
        return await http.post("/v1/me/purchases", json=wanted or {"package": "coins_700"}, headers=headers)


def event(purchase: dict[str, Any], kind: str = "checkout.session.completed", **about: Any) -> bytes:
    """An event about a purchase."""
    session = purchase["checkout_url"].rpartition("/")[2]
    said = {
        "id": session,
        "client_reference_id": purchase["id"],
        "payment_status": "paid",
        "amount_total": purchase["price"]["minor"],
        "currency": purchase["price"]["currency"].lower(),
        **about,
    }
    return json.dumps({"id": new_id(), "type": kind, "data": {"object": said}}).encode()


async def tell(
    product: Product, body: bytes, secret: str = WEBHOOK_SECRET, at_s: float | None = None
) -> httpx2.Response:
    """The answer to a webhook, signed at that time."""
    at_s = at_s or time.time()
    async with product.http() as http:
        headers = {"Fanfare-Signature": sign(secret, body, int(at_s))}
        return await http.post("/v1/webhooks/demo", content=body, headers=headers)
