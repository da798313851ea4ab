"""The audit log over HTTP: each act and each look of an operator is in it, and it is searched."""

from __future__ import annotations

import time
from typing import Any

from app.rules.audit_log import AuditLog
from tests.edge.http.test_ops import SETTINGS as SETTINGS
from tests.edge.http.test_ops import act, slug
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import API_KEY

TODAY = time.strftime("%Y-%m-%d", time.gmtime())


async def log(product: Product, **query: Any) -> AuditLog:
    """A page of the log, as an operator sees it."""
    found: AuditLog = await read(product, "/v1/ops/audit-log", AuditLog, product.token("op9", "operator"), **query)
    return found


async def test_each_act_is_in_the_log_once(product: Product) -> None:
    """Who froze, asked, approved and granted, in order; an answer that is asked for again adds nothing."""
    product.wait_for_books()
    asked = await act(product, "adjustments", {"user": "ada", "coins": 25, "reason": "a lost grant"}, key="a1")
    for _ in range(2):
        await act(product, "freezes", {"user": "fred", "reason": "stolen"}, key="f1")
        await act(product, f"adjustments/{asked.json()['id']}/approve", by="op2", key="a2")
    async with product.http(product.token("op1", "operator")) as http:
        granted = await http.post(
            "/v1/grants", json={"user": "ada", "coins": 5, "reason": "sorry"}, headers={"Idempotency-Key": "g"}
        )
        too_much = await http.post(
            "/v1/grants", json={"user": "ada", "coins": 9_996, "reason": "sorry"}, headers={"Idempotency-Key": "h"}
        )

    assert (200, (403, "needs_second_person")) == (granted.status_code, slug(too_much))
    assert [
        ("person:op1", "grant", "ada", "sorry", "+5 coins"),
        ("person:op2", "approve_adjustment", "ada", "", f"{asked.json()['id']}: +25 coins"),
        ("person:op1", "freeze", "fred", "stolen", ""),
        ("person:op1", "ask_adjustment", "ada", "a lost grant", f"{asked.json()['id']}: +25 coins"),
    ] == [(one.who, one.what, one.whom, one.reason, one.details) for one in (await log(product)).entries]


async def test_the_log_is_searched_page_by_page(product: Product) -> None:
    """By who, what, whom and day; a cursor leads on to the end."""
    first = await log(product, whom="ada", limit=2, **{"from": TODAY})
    rest = await log(product, whom="ada", limit=2, cursor=first.cursor)

    assert [4, 3, 1] == [entry.n for entry in (*first.entries, *rest.entries)]
    assert rest.cursor is None
    assert ["freeze"] == [entry.what for entry in (await log(product, what="freeze", who="person:op1")).entries]
    assert [] == (await log(product, to="2020-01-31")).entries


async def test_a_look_at_somebody_is_written_down_once(product: Product) -> None:
    """An operator's, for each kind of thing that is looked at; people's own looks and the platform's are not."""
    names = ("wallet", "statement", "purchases", "payouts", "earnings")
    reader = product.token("op7", "operator")
    async with product.http(reader) as http, product.platform() as platform, product.http(product.token("ada")) as ada:
        for name in names * 2:
            assert 200 == (await http.get(f"/v1/users/ada/{name}")).status_code
            assert 200 == (await platform.get(f"/v1/users/ada/{name}")).status_code
        await ada.get("/v1/me/wallet")

        for name in (*names, "limits", "spending"):
            assert (400, "bad_request") == slug(await http.get(f"/v1/users/a%20lie/{name}")), name
    assert [] == (await log(product, whom="a lie")).entries
    found = [entry.what for entry in (await log(product, whom="ada")).entries if entry.what.startswith("look_at")]
    assert sorted(f"look_at_{name}" for name in names) == sorted(found)


async def test_a_bad_search_is_refused(product: Product) -> None:
    """Each has its slug, and no half of an answer."""
    queries = ({"who": ""}, {"whom": "x" * 201}, {"from": "soon"}, {"to": "2026-02-30"}, {"cursor": "x"}, {"limit": 0})
    for query in queries:
        assert "bad_request" == (await refusal(product, "/v1/ops/audit-log", API_KEY, **query)).error, query
