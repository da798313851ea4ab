"""The operators' side of payouts over HTTP: who decides on what."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.rules.payout_views import OperatorPayoutList, OperatorPayoutView, PayoutView
from tests.edge.http.earning import ask, available, earn, ended, put_profile
from tests.edge.product import Product
from tests.rules.shapes import strictly

SETTINGS = {"gift_rate": 0, "request_rate": 0, "hold_s": 0, "approve_from": 0}


@pytest.fixture
async def waiting(product: Product) -> PayoutView:
    """A payout that waits for a second person."""
    product.wait_for_books()
    if float(await available(product, "nova")) < 10_000:
        await earn(product, "nova")
    await put_profile(product, "nova")
    return strictly((await ask(product, "nova")).content, PayoutView)


async def decide(
    product: Product, payout: str, verdict: str, operator: str | None = None, key: str | None = None, **body: Any
) -> Any:
    """The answer to a decision: the platform's, or an operator's."""
    headers = {"Idempotency-Key": key} if key else {}
    client = product.http(product.token(operator, "operator")) if operator else product.platform()
    async with client as http:
        return await http.post(
            f"/v1/ops/payouts/{payout}/{verdict}", json=body or {"reason": "looked at it"}, headers=headers
        )


async def test_a_second_person_approves(product: Product, waiting: PayoutView) -> None:
    """Nobody approves a payout of their own; once another has, it is paid, and says by whom."""
    own = await decide(product, waiting.id, "approve", "nova")
    answers = [await decide(product, waiting.id, "approve", name) for name in ("olga", None)]
    paid = await ended(product, "nova", waiting.id, "paid")
    late = await decide(product, waiting.id, "reject")
    approved = strictly(answers[0].content, OperatorPayoutView)

    assert ("requested", True) == (waiting.status, waiting.needs_approval)
    assert (403, "needs_second_person") == (own.status_code, own.json()["error"])
    assert (200, "nova", "person:olga") == (answers[1].status_code, approved.user, approved.decided_by)
    assert "looked at it" in [event.why for event in paid.history]
    assert (409, "too_late") == (late.status_code, late.json()["error"])


async def test_a_rejected_one_comes_back(product: Product, waiting: PayoutView) -> None:
    """Its diamonds are available again at once; rejected again nothing changes, and approved it is no more."""
    before = float(await available(product, "nova"))
    answers = [await decide(product, waiting.id, "reject", key=waiting.id) for _ in range(2)]
    reused = await decide(product, waiting.id, "reject", key=waiting.id, reason="another")
    late = await decide(product, waiting.id, "approve")

    assert [(200, "rejected")] * 2 == [(answer.status_code, answer.json()["status"]) for answer in answers]
    assert [None, "true"] == [answer.headers.get("idempotency-replayed") for answer in answers]
    assert (409, "id_reused") == (reused.status_code, reused.json()["error"])
    assert before + 4000 == float(await available(product, "nova"))
    assert "too_late" == late.json()["error"]


async def test_all_payouts_by_status(product: Product, waiting: PayoutView) -> None:
    """Everybody's, of one status or of all; another word is refused."""
    other = strictly((await ask(product, "nova")).content, PayoutView)
    async with product.http(product.token("olga", "operator")) as http:
        found = strictly(
            (await http.get("/v1/ops/payouts", params={"status": "requested"})).content, OperatorPayoutList
        )
        first = strictly((await http.get("/v1/ops/payouts", params={"limit": "1"})).content, OperatorPayoutList)
        odd = await http.get("/v1/ops/payouts", params={"status": "gone"})

    assert {waiting.id, other.id} <= {payout.id for payout in found.payouts}
    assert {"requested"} == {payout.status for payout in found.payouts}
    assert ([other.id], True) == ([payout.id for payout in first.payouts], first.cursor is not None)
    assert (400, "bad_request") == (odd.status_code, odd.json()["error"])


@pytest.mark.parametrize("body", [{"reason": ""}, {"reason": "x" * 201}, {"why": "x"}, {"reason": "\u200b"}])
async def test_a_decision_has_a_reason(product: Product, waiting: PayoutView, body: dict[str, str]) -> None:
    """Without a reason to be read nothing is decided; of an unknown payout neither."""
    answers = await asyncio.gather(
        decide(product, waiting.id, "approve", **body), decide(product, "po-unknown", "approve")
    )

    assert [(400, "bad_request"), (404, "unknown_payout")] == [
        (answer.status_code, answer.json()["error"]) for answer in answers
    ]
