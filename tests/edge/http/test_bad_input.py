"""What nobody means to ask of the routes about people and operators: each has its slug, and nothing moves.

Who adds a route adds its rows: method, path, body or query, status, slug.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product as pairs
from typing import Any, NamedTuple

import httpx2

from app.edge.http.endpoints import ENDPOINTS
from tests.archiving import finally_true
from tests.edge.product import Product
from tests.edge.site import API_KEY, new_id

SETTINGS = {"request_rate": 0}


class Row(NamedTuple):
    """What is asked, and what is answered; `body` is JSON, or bytes as they are, or a query for GET.

    A guardian asks where the address says so, or a person of what is theirs, else the platform.
    """

    method: str
    path: str
    body: Any
    status: int = 400
    slug: str = "bad_request"


ABOUT_PEOPLE = re.compile(
    r"/v1/(ops/|guardian/|me/(limits|cool-off|spending|earnings/answer|purchases/{id}/recognise)"
    r"|users/{id}/(limits|cool-off|spending|ban|tokens|guardian)"
    r"|rooms/{id}/(moderation|held|mutes|bans|messages|comments))"
)
BAD_JSON: tuple[Any, ...] = (b"", b"{", b"\xff", [], "x", 5)
BAD_REASONS: tuple[Any, ...] = (
    {},
    {"reason": ""},
    {"reason": "\u200b"},
    {"reason": 5},
    {"reason": None},
    {"reason": "x" * 201},
    *BAD_JSON,
)
WITH_REASON = (
    ("DELETE", "/v1/ops/freezes/ann"),
    ("POST", "/v1/ops/adjustments/a_1/reject"),
    ("POST", "/v1/ops/payouts/po-1/approve"),
    ("POST", "/v1/ops/payouts/po-1/reject"),
    ("POST", "/v1/ops/purchases/p_1/refund"),
    ("POST", "/v1/ops/rooms/main/end"),
    ("POST", "/v1/ops/cases/c_1/release"),
    ("POST", "/v1/ops/cases/c_1/claw-back"),
    ("PUT", "/v1/users/ann/ban"),
    ("PUT", "/v1/rooms/main/bans/ann"),
)
BAD_USERS = ("", "a b", "a:b", "é", "x" * 65, 5, None)
BAD_COINS = (0, 1.5, "5", None, 10**18, True)
WHY = "a test"
UNKNOWN = {
    "adjustments/a_1/approve": "unknown_adjustment",
    "adjustments/a_1/reject": "unknown_adjustment",
    "purchases/p_1/refund": "unknown_purchase",
    "payouts/po-1/reject": "unknown_payout",
}


def rows() -> Iterator[Row]:
    """All of them."""
    for (method, path), body in pairs(WITH_REASON, BAD_REASONS):
        yield Row(method, path, body)
    for user in BAD_USERS:
        yield Row("POST", "/v1/ops/freezes", {"user": user, "reason": WHY})
        yield Row("POST", "/v1/ops/adjustments", {"user": user, "coins": 5, "reason": WHY})
        yield Row("POST", "/v1/grants", {"user": user, "coins": 5, "reason": WHY})
    for path, coins in pairs(("/v1/ops/adjustments", "/v1/grants"), BAD_COINS):
        yield Row("POST", path, {"user": "ann", "coins": coins, "reason": WHY})
    for path in ("/v1/ops/freezes", "/v1/ops/adjustments", "/v1/grants"):
        for reason in BAD_REASONS:
            yield Row("POST", path, {"user": "ann", "coins": 5, **reason} if isinstance(reason, dict) else reason)
    for path in ("/v1/ops/switches/gifts", "/v1/ops/gifts/rose"):
        yield from (Row("PUT", path, {"on": on, "reason": WHY}) for on in (0, "off", None))
        yield from (Row("PUT", path, {"on": False, **bad} if isinstance(bad, dict) else bad) for bad in BAD_REASONS)
    yield Row("PUT", "/v1/ops/switches/all", {"on": False, "reason": WHY}, 404, "unknown_switch")
    yield Row("PUT", "/v1/ops/gifts/nothing", {"on": False, "reason": WHY}, 404, "unknown_gift")
    yield Row("DELETE", "/v1/ops/freezes/a.b", {"reason": WHY})
    yield Row("POST", "/v1/ops/rooms/nowhere/end", {"reason": WHY}, 404, "room_not_found")
    for what, slug in UNKNOWN.items():
        yield Row("POST", f"/v1/ops/{what}", {"reason": WHY}, 404, slug)
    for query in (
        {"who": ""},
        {"what": "x" * 201},
        {"from": "soon"},
        {"to": "2026-02-30"},
        {"cursor": "-1"},
        {"limit": 101},
    ):
        yield Row("GET", "/v1/ops/audit-log", query)
    yield from (Row("GET", f"/v1/ops/{what}", {"status": "lost"}) for what in ("adjustments", "payouts", "cases"))
    yield from (Row("GET", "/v1/ops/cases", {"user": user}) for user in ("", "a b", "x" * 65))
    yield from (Row("GET", f"/v1/ops/people/{user}", None) for user in ("a.b", "x" * 65, "%C3%A9"))
    for change in ({"day": -1}, {"day": 1.5}, {"gift": "5"}, {"month": 10**18}, {"reminder_every": 0}, *BAD_JSON):
        yield Row("PUT", "/v1/users/ann/limits", change)
    yield from (Row("POST", "/v1/users/ann/cool-off", body) for body in ({}, {"for": "1h"}, {"for": 24}, *BAD_JSON))


def rows_of_rooms_and_wards() -> Iterator[Row]:
    """Of moderation and of guardians."""
    mute = {"seconds": 60, "reason": WHY}
    for seconds in (0, -5, 1.5, "60", None, 10**12):
        yield Row("PUT", "/v1/rooms/main/mutes/ann", {**mute, "seconds": seconds})
    yield from (
        Row("PUT", "/v1/rooms/main/mutes/ann", body) for body in ({"seconds": 60}, {**mute, "reason": " "}, *BAD_JSON)
    )
    yield Row("PUT", "/v1/rooms/nowhere/mutes/ann", mute, 404, "room_not_found")
    for change in (
        {"slow_s": -1},
        {"slow_s": "5"},
        {"links": "never"},
        {"comments": 1},
        {"words": "x"},
        {"words": [5]},
    ):
        yield Row("PATCH", "/v1/rooms/main/moderation", change)
    yield from (Row("PATCH", "/v1/rooms/main/moderation", body) for body in BAD_JSON)
    for query in ({"limit": 0}, {"limit": 101}, {"cursor": "x"}):
        yield Row("GET", "/v1/rooms/main/moderation/log", query)
    for body in ({}, {"code": 5}, {"code": None}, *BAD_JSON):
        yield Row("POST", "/v1/guardian/wards", body)
    for change in ({"day": -1}, {"gift": 1.5}, {"approve_from": "5"}, {"hours": {"from": 5}}, *BAD_JSON):
        yield Row("PUT", "/v1/guardian/wards/wim/limits", change)
    yield from (Row("PUT", "/v1/guardian/wards/wim/lock", body) for body in ({}, {"locked": 1}, *BAD_JSON))
    yield from (Row("POST", "/v1/guardian/approvals/x", body) for body in ({}, {"approve": "yes"}, *BAD_JSON))
    yield Row("PUT", "/v1/guardian/wards/wim/lock", {"locked": True}, 404, "unknown_ward")
    yield Row("PUT", "/v1/guardian/wards/wim/limits", {"day": 5}, 404, "unknown_ward")
    yield Row("GET", "/v1/guardian/wards/wim/limits", None, 404, "unknown_ward")
    yield from (Row("PUT", "/v1/users/wim/guardian", body) for body in ({}, {"guardian": "a b"}, *BAD_JSON))


def rows_of_single_people() -> Iterator[Row]:
    """Of what is one's own, and of what is decided of a person."""
    for change in ({"day": -1}, {"day": 1.5}, {"gift": "5"}, {"month": 10**18}, {"reminder_every": 0}, *BAD_JSON):
        yield Row("PUT", "/v1/me/limits", change)
    yield from (Row("POST", "/v1/me/cool-off", body) for body in ({}, {"for": "1h"}, {"for": 24}, *BAD_JSON))
    for path in ("/v1/me/spending", "/v1/users/ann/spending"):
        for query in (
            {"from": "soon"},
            {"to": "2026-02-30"},
            {"by": "gift"},
            {"from": "2026-02-02", "to": "2026-02-01"},
        ):
            yield Row("GET", path, query)
    for body in ({}, {"text": ""}, {"text": 5}, {"text": "\u200b"}, {"text": "x" * 1001}, *BAD_JSON):
        yield Row("PUT", "/v1/me/earnings/answer", body)
    yield Row("POST", "/v1/me/purchases/p_1/recognise", None, 404, "unknown_purchase")
    for path in ("ann/ban", "ann/tokens", "ann/tokens/t"):
        yield from (Row("DELETE", f"/v1/users/{path}?reason={bad}", None) for bad in ("%E2%80%8B", "x" * 201))
    for user in ("a.b", "x" * 65):
        yield from (Row("DELETE", f"/v1/users/{user}/{what}", None) for what in ("ban", "tokens", "tokens/t"))
        yield Row("PUT", f"/v1/users/{user}/ban", {"reason": WHY})
    yield Row("DELETE", f"/v1/users/ann/tokens/{'x' * 65}", None)
    yield Row("POST", "/v1/ops/cases/c_1/take", None, 404, "unknown_case")
    for what in ("mutes/ann", "bans/ann", "comments/c", "messages/g"):
        yield Row("DELETE", f"/v1/rooms/main/{what}?reason={'x' * 201}", None)
        if what != "comments/c":
            yield Row("DELETE", f"/v1/rooms/nowhere/{what}", None, 404, "room_not_found")
    for decision in ("approve", "drop"):
        yield Row("POST", f"/v1/rooms/main/held/c/{decision}", None, 404, "unknown_comment")
    yield Row("DELETE", "/v1/rooms/main/comments/c", None, 404, "unknown_comment")
    yield Row("DELETE", "/v1/guardian/wards/wim", None, 404, "unknown_ward")
    yield Row("DELETE", "/v1/users/wim/guardian", None, 404, "unknown_ward")
    lines = "/v1/guardian/wards/wil/statement"
    yield from (Row("GET", lines, bad) for bad in ({"limit": 0}, {"cursor": "x"}, {"kind": "lost"}, {"format": "pdf"}))
    yield from (Row("GET", "/v1/guardian/wards/wil/spending", query) for query in ({"from": "soon"}, {"by": "gift"}))


async def answer(http: httpx2.AsyncClient, row: Row) -> tuple[int, str]:
    """Status and slug."""
    headers = {"Idempotency-Key": new_id(), "Content-Type": "application/json"}
    if row.method == "GET":
        got = await http.get(row.path, params=row.body)
    elif isinstance(row.body, bytes):
        got = await http.request(row.method, row.path, content=row.body, headers=headers)
    else:
        got = await http.request(row.method, row.path, json=row.body, headers=headers)
    return got.status_code, got.json().get("error", "")


async def test_bad_input_moves_nothing(product: Product) -> None:
    """More than a hundred cases: status and slug of each, and afterwards books, switches, limits and log as before."""
    product.wait_for_books()
    await product.grant("ann", 10)

    async def state(http: httpx2.AsyncClient) -> list[Any]:
        paths = ("ops/switches", "users/ann/limits", "ops/audit-log", "ops/adjustments", "ops/people/ann", "rooms/main")
        found = [(await http.get(f"/v1/{path}")).json() for path in paths]
        return [*found, (await http.get("/v1/ledger/audit")).json()["n"]]

    every = [*rows(), *rows_of_rooms_and_wards(), *rows_of_single_people()]
    async with (
        product.http(API_KEY) as http,
        product.http(product.token("gus", "guardian")) as guardian,
        product.http(product.token("ann", "streamer")) as ann,
    ):

        async def linked() -> bool:
            body = {"id": "gus", "name": "Gus", "ward_name": "Wil"}
            return (await http.put("/v1/users/wil/guardian", json=body)).status_code == 200

        await finally_true(linked)
        before = await state(http)
        wrong = []
        for row in every:
            asks = guardian if "/v1/guardian/" in row.path else ann if "/v1/me/" in row.path else http
            if (got := await answer(asks, row)) != (row.status, row.slug):
                wrong.append((row, got))
        after = await state(http)

    assert [] == wrong, "\n".join(map(str, wrong))
    assert before == after
    assert len(every) > 100


def test_no_route_is_left_out() -> None:
    """Each route about people that takes anything has its rows."""
    asked = {
        (row.method, row.path.partition("?")[0])
        for row in (*rows(), *rows_of_rooms_and_wards(), *rows_of_single_people())
    }
    left_out = [
        f"{endpoint.method} {endpoint.path}"
        for endpoint in ENDPOINTS
        if ABOUT_PEOPLE.match(endpoint.path) and (endpoint.method != "GET" or endpoint.query)
        if not any(
            method == endpoint.method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", endpoint.path), path)
            for method, path in asked
        )
    ]
    assert [] == left_out
