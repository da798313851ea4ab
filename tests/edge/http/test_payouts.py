"""Payouts over HTTP, from the quote to the statement: what is paid, what is refused, and whose it is."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from app.rules.payout_views import PayoutList, PayoutStatement, PayoutView, QuoteView
from tests.archiving import finally_true
from tests.edge.http.earning import ask, available, earn, ended, put_profile, quote
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.rules.shapes import strictly

PARTITIONS = (1, 4)
SETTINGS = {"gift_rate": 0, "request_rate": 0, "hold_s": 0, "approve_from": 20_000}


@pytest.fixture
async def nova(product: Product) -> str:
    """A streamer with a tax profile and at least 41 000 diamonds."""
    product.wait_for_books()
    if float(await available(product, "nova")) < 41_000:
        await earn(product, "nova")
    assert 200 == (await put_profile(product, "nova")).status_code
    return "nova"


async def booked(product: Product, payout_id: str, token: str) -> PayoutStatement:
    """The statement of a payout, once the ledger has that it was paid: its status may be told before."""
    found: list[PayoutStatement] = []

    async def has_both() -> bool:
        path = f"/v1/me/payouts/{payout_id}/statement"
        found.append(await read(product, path, PayoutStatement, token, format="json"))
        return len(found[-1].entries) == 2

    await finally_true(has_both)
    return found[-1]


async def test_earned_quoted_asked_for_and_paid(product: Product, nova: str) -> None:
    """The whole way: a quote with its steps, a payout that is held and then paid, its statement, and clean books."""
    quoted = strictly((await quote(product, nova)).content, QuoteView)
    before = float(await available(product, nova))
    answer = await ask(product, nova, quote=quoted.quote, key="k1")
    again = await ask(product, nova, quote=quoted.quote, key="k1")
    asked = strictly(answer.content, PayoutView)
    held = float(await available(product, nova))
    paid = await ended(product, nova, asked.id, "paid")
    token = product.token(nova, "streamer")
    statement = await booked(product, asked.id, token)
    async with product.http(token) as http:
        page = await http.get(f"/v1/me/payouts/{asked.id}/statement")
        table = await http.get(f"/v1/me/payouts/{asked.id}/statement", params={"format": "csv"})
        earnings = (await http.get("/v1/me/earnings")).json()
        year = (await http.get(f"/v1/me/tax/{page.headers['date'].split()[3]}")).json()
    proof = product.run("ledger", "verify", "--all")

    assert (2000, 0, 0, 2000, False, ("demo",)) == (
        quoted.gross.minor,
        quoted.service_fee.minor,
        quoted.withholding.minor,
        quoted.net.minor,
        quoted.needs_approval,
        quoted.rails,
    )
    assert ["gross", "service_fee", "withholding", "net"] == [step.name for step in quoted.steps]
    assert (201, 201, "true", asked.id) == (
        answer.status_code,
        again.status_code,
        again.headers["idempotency-replayed"],
        again.json()["id"],
    )
    assert ("approved", "n•••", 4000) == (asked.status, asked.destination, before - held)
    assert ["requested", "approved", "submitted", "paid"] == [event.status for event in paid.history]
    assert {"payout_hold", "payout_paid"} == statement.entries.keys()
    assert ("text/html; charset=utf-8", "no-store") == (page.headers["content-type"], page.headers["cache-control"])
    assert "20.00 USD" in page.text
    assert asked.id in page.text
    assert "paid" in [row["line"] for row in csv.DictReader(table.text.splitlines())]
    assert ("4000", "0") == (earnings["paid"], earnings["in_review"])
    assert asked.id in [line["payout"] for line in year["lines"]]
    assert [] == proof["problems"]
    assert (True, 1) == (proof["ok"], proof["kinds"]["payout_paid"])


async def test_what_comes_back_is_available_again(product: Product, nova: str) -> None:
    """A payout that its rail cannot pay has failed, with the reason, and its diamonds are there again."""
    before = await available(product, nova)
    payout = strictly((await ask(product, nova, destination="please decline")).content, PayoutView)
    found = await ended(product, nova, payout.id, "failed")

    async def is_back() -> bool:
        return before == await available(product, nova)

    assert "declines" in found.history[-1].why
    await finally_true(is_back)


async def test_a_large_one_waits_and_can_be_cancelled(product: Product, nova: str) -> None:
    """From the threshold on it waits for somebody else; its owner alone may cancel it, until it is submitted."""
    payout = strictly((await ask(product, nova, "40000")).content, PayoutView)
    async with product.http(product.token("thief", "streamer")) as http:
        theirs = [
            await http.delete(f"/v1/me/payouts/{payout.id}"),
            await http.get(f"/v1/me/payouts/{payout.id}"),
            await http.get(f"/v1/me/payouts/{payout.id}/statement"),
            await http.get("/v1/users/nova/payouts"),
        ]
    async with product.http(product.token(nova, "streamer")) as http:
        review = (await http.get("/v1/me/earnings")).json()["in_review"]
        ends = [(await http.delete(f"/v1/me/payouts/{payout.id}")).json() for _ in range(2)]

    assert ("requested", True, True, "40000") == (payout.status, payout.needs_approval, payout.cancellable, review)
    assert [404, 404, 404, 403] == [answer.status_code for answer in theirs]
    assert {"unknown_payout"} == {answer.json()["error"] for answer in theirs[:3]}
    assert ["cancelled"] * 2 == [one["status"] for one in ends]


async def test_payouts_page_by_page(product: Product, nova: str) -> None:
    """The newest first, all of them however small the pages; the platform reads anyone's."""
    token = product.token(nova, "streamer")
    made = [(await ask(product, nova)).json()["id"] for _ in range(3)]
    first = await read(product, "/v1/me/payouts", PayoutList, token, limit=2)
    rest = await read(product, "/v1/me/payouts", PayoutList, token, limit=2, cursor=first.cursor)
    async with product.platform() as http:
        theirs = strictly((await http.get("/v1/users/nova/payouts")).content, PayoutList)

    assert made[::-1] == [one.id for one in (*first.payouts, *rest.payouts)][:3]
    assert made[::-1] == [one.id for one in theirs.payouts][:3]
    assert "bad_request" == (await refusal(product, "/v1/me/payouts", token, cursor="x")).error


@pytest.mark.parametrize("diamonds", ["0", "-5", "1.23456", "9" * 30, "", "x", 4000, None, 1.5, {}])
async def test_odd_numbers_of_diamonds(product: Product, nova: str, diamonds: Any) -> None:
    """Zero, negative, too fine, huge, or no text at all: a bad request."""
    answer = await quote(product, nova, diamonds)

    assert (400, "bad_request") == (answer.status_code, answer.json()["error"]), answer.text


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"destination": ""}, "bad_request"),
        ({"destination": {"name": "x" * 201}}, "bad_request"),
        ({"destination": None}, "bad_request"),
        ({"destination": 5}, "bad_request"),
        ({"rail": "nobody"}, "bad_request"),
        ({"rail": "bank"}, "bad_request"),
        ({"quote": "x"}, "quote_expired"),
        ({"quote": "x" * 3000}, "bad_request"),
        ({"key": "k" * 201}, "bad_request"),
    ],
)
async def test_odd_payouts(product: Product, nova: str, changed: dict[str, Any], slug: str) -> None:
    """An empty or odd destination, an unknown rail, a made-up quote, a key that is too long: a slug, nothing moved."""
    before = await available(product, nova)
    answer = await ask(product, nova, **changed)

    assert slug == answer.json()["error"], answer.text
    assert before == await available(product, nova)


async def test_bounds_and_what_is_missing(product: Product, nova: str) -> None:
    """Too few, too many, without a profile, with a quote that was used: each says what to do."""
    few, many = [(await quote(product, nova, diamonds)).json() for diamonds in ("100", "900000000")]
    nobody = (await quote(product, "nobody", "4000")).json()
    used = (await quote(product, nova)).json()["quote"]
    await ask(product, nova, quote=used)
    again = (await ask(product, nova, quote=used)).json()

    assert ("below_minimum", 950, "2000") == (
        few["error"],
        few["details"]["missing"]["minor"],
        few["details"]["minimum_diamonds"],
    )
    assert ("insufficient_diamonds", "tax_profile_needed", "quote_expired") == (
        many["error"],
        nobody["error"],
        again["error"],
    )


@pytest.mark.parametrize("role", ["overlay", "guardian", "operator"])
async def test_who_is_not_paid(product: Product, role: Any) -> None:
    """Roles that earn nothing neither see nor ask for payouts."""
    async with product.http(product.token("nova", role)) as http:
        answers = [
            await http.post("/v1/me/payouts/quote", json={"diamonds": "1"}),
            await http.post("/v1/me/payouts", json={}, headers={"Idempotency-Key": "k"}),
            await http.get("/v1/me/payouts"),
            await http.get("/v1/me/payouts/x"),
            await http.delete("/v1/me/payouts/x"),
            await http.get("/v1/me/payouts/x/statement"),
            await http.get("/v1/me/tax-profile"),
            await http.put("/v1/me/tax-profile", json={}),
            await http.get("/v1/me/tax/2026"),
        ]

    assert [(403, "forbidden")] * 9 == [(answer.status_code, answer.json()["error"]) for answer in answers]


async def test_the_statements_forms(product: Product, nova: str) -> None:
    """A form that there is none of is refused; the page's files are ours, and what people wrote is no markup."""
    await put_profile(product, nova, name="<b>Nova</b> & Co")
    payout = (await ask(product, nova)).json()["id"]
    token = product.token(nova, "streamer")
    async with product.http(token) as http:
        page = await http.get(f"/v1/me/payouts/{payout}/statement")
    await put_profile(product, nova)

    assert "&lt;b&gt;Nova&lt;/b&gt; &amp; Co" in page.text
    assert "style-src 'self'" in page.headers["content-security-policy"]
    assert "/static/css/statement." in page.text
    assert "bad_request" == (await refusal(product, f"/v1/me/payouts/{payout}/statement", token, format="pdf")).error
    assert json.loads((await ask(product, nova, key="k9")).content)["status"] == "approved"
