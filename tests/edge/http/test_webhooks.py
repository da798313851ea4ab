"""Webhooks: signed words alone bring coins, once, in whatever order they come."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, make_tables, tell
from tests.edge.product import Product

PARTITIONS = (1, 4)
SETTINGS = {"workers": 2, "demo_webhook_secret": WEBHOOK_SECRET}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def test_fifty_webhooks_at_once_credit_once(product: Product) -> None:
    """The same event fifty times at once on two workers, and others of the same payment, bring the coins once."""
    purchase = (await buy(product, "once")).json()
    body = event(purchase)
    others = [event(purchase, "checkout.session.async_payment_succeeded"), event(purchase, payment_status="unpaid")]
    answers = await asyncio.gather(*(tell(product, one) for one in (*[body] * 48, *others)))

    assert {(200, '{"received":true}')} == {(answer.status_code, answer.text) for answer in answers}
    assert 700 == await product.coins("once")


async def test_a_page_that_comes_back_brings_nothing(product: Product) -> None:
    """Without a signed word nothing is credited, whoever looks at the purchase however often."""
    purchase = (await buy(product, "hopeful")).json()
    async with product.http(product.token("hopeful")) as http:
        found = (await http.get(f"/v1/me/purchases/{purchase['id']}")).json()

    assert "created" == found["status"]
    assert 0 == await product.coins("hopeful")


async def test_unsigned_and_stale_words_are_refused(product: Product) -> None:
    """A wrong secret, an old or a future timestamp and no signature are 400 `bad_signature`, and nothing is stored."""
    purchase = (await buy(product, "forger")).json()
    body = event(purchase)
    now_s = time.time()
    answers = [
        await tell(product, body, secret="a secret that somebody made up, at length"),
        await tell(product, body, at_s=now_s - 301),
        await tell(product, body, at_s=now_s + 400),
    ]
    async with product.http() as http:
        answers.append(await http.post("/v1/webhooks/demo", content=body))
        answers.append(await http.post("/v1/webhooks/stripe", content=body))
        answers.append(await http.post("/v1/webhooks/nobody", content=body))

    assert {(400, "bad_signature")} == {(answer.status_code, answer.json()["error"]) for answer in answers}
    assert 0 == await product.coins("forger")


@pytest.mark.parametrize(
    "changed", [{"amount_total": 1}, {"amount_total": 99_900}, {"currency": "eur"}, {"id": "cs_other"}]
)
async def test_another_amount_waits_for_people(product: Product, changed: dict[str, Any]) -> None:
    """Signed, but not what was asked: answered with 200, not credited, and for people to review."""
    user = f"odd-{next(iter(changed.values()))}"
    purchase = (await buy(product, user)).json()
    answer = await tell(product, event(purchase, **changed))
    async with product.http(product.token(user)) as http:
        found = (await http.get(f"/v1/me/purchases/{purchase['id']}")).json()

    assert (200, "review") == (answer.status_code, found["status"])
    assert 0 == await product.coins(user)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id":"e","type":"x","data":{"object":{}}}'])
async def test_whatever_is_signed_is_answered(product: Product, body: bytes) -> None:
    """A signed body that is no event, or of an unknown kind or purchase, is counted and answered with 200."""
    assert 200 == (await tell(product, body)).status_code


async def test_a_body_has_a_bound(product: Product) -> None:
    """A body of more than 64 KiB is refused before anything is looked at."""
    assert 413 == (await tell(product, b"x" * 70_000)).status_code


async def test_webhooks_are_counted(product: Product) -> None:
    """Metrics say what came of webhooks."""
    purchase = (await buy(product, "counted")).json()
    for _ in range(20):
        await tell(product, event(purchase))
        await tell(product, b"{}")
    counted = {name for name in product.metrics() if name.startswith("fanfare_webhooks_total")}

    assert any('outcome="credited"' in name or 'outcome="paid"' in name for name in counted)
    assert any('outcome="unreadable"' in name for name in counted)
