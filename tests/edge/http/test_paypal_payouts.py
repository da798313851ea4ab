"""Payouts by PayPal, from the ask to the webhook, at a server that answers as PayPal is documented to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.edge.http.earning import ask, available, earn, ended, put_profile
from tests.edge.product import Product
from tests.rails.payouts.paypal_stub import CLIENT, SECRET, PayPalStub
from tests.rails.payouts.paypal_webhooks import WEBHOOK_ID, item_event, signed

FOLLOWING_S = 20.0


@pytest.fixture
async def stub() -> AsyncIterator[PayPalStub]:
    """PayPal."""
    server = PayPalStub()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def product(stub: PayPalStub, short_path: Path) -> AsyncIterator[Product]:
    """The product, with an account at that PayPal, and a streamer with diamonds."""
    paypal: dict[str, Any] = {"paypal_client": CLIENT, "paypal_secret": SECRET, "paypal_url": stub.url}
    product = Product(short_path, hold_s=0, request_rate=0, paypal_webhook_id=WEBHOOK_ID, **paypal)
    await asyncio.to_thread(product.start)
    await asyncio.to_thread(product.wait_for_books)
    await earn(product, "nova")
    await put_profile(product, "nova")
    yield product
    await asyncio.to_thread(product.end)
    assert "Traceback" not in product.complaints(), product.complaints()


async def tell(product: Product, event: dict[str, Any], **changed: str) -> httpx2.Response:
    """The answer to a webhook."""
    headers, body = signed(event)
    async with product.http() as http:
        return await http.post("/v1/webhooks/paypal", content=body, headers={**headers, **changed})


async def taken(stub: PayPalStub, count: int) -> None:
    """Returns when PayPal has so many batches, and was asked about each."""
    async with asyncio.timeout(FOLLOWING_S):
        while len(stub.batches) < count or not all(stub.asked(f"/v1/payments/payouts/{one}") for one in stub.batches):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_paid_returned_and_told_by_webhook(product: Product, stub: PayPalStub) -> None:
    """A lost answer pays once; what nobody claims is on its way until a signed webhook says that there is news."""
    before = float(await available(product, "nova"))
    stub.faults.append("dropped done")
    stub.item_status = "UNCLAIMED"
    payout = (await ask(product, "nova", rail="paypal", destination="nova@example.com")).json()
    await taken(stub, 1)
    waiting = await ended(product, "nova", payout["id"], "submitted")
    stub.item_status = "RETURNED"
    forged = await tell(product, item_event(payout["id"]), **{"paypal-transmission-sig": "x"})
    told = await tell(product, item_event(payout["id"]))
    unknown = await tell(product, item_event("po-unknown"))
    returned = await ended(product, "nova", payout["id"], "returned")
    stub.item_status = "SUCCESS"
    again = (await ask(product, "nova", rail="paypal", destination="nova@example.com")).json()
    paid = await ended(product, "nova", again["id"], "paid")
    proof = await asyncio.to_thread(product.run, "ledger", "verify", "--all")

    assert ("n•••@example.com", "approved") == (payout["destination"], payout["status"])
    assert "submitted" == waiting.status
    assert [(400, "bad_signature"), (200, None), (200, None)] == [
        (answer.status_code, answer.json().get("error")) for answer in (forged, told, unknown)
    ]
    assert ("RETURNED", before - 4000) == (returned.history[-1].why, float(await available(product, "nova")))
    assert ("paid", 2) == (paid.status, len(stub.batches))
    assert (True, []) == (proof["ok"], proof["problems"])
