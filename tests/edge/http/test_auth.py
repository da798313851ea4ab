"""Who may do what over HTTP: a person by token, the platform by its key, and nobody by anything else."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from app.base.errors import CloseCode
from app.edge.http.endpoints import ENDPOINTS, Endpoint
from app.rules.gifts import SENDING_ROLES
from app.rules.messages import CommentPosted, Error
from app.rules.tokens import Role
from tests.edge.product import Product
from tests.edge.site import API_KEY, new_id

# One person asks all of them, as quickly as it goes.
SETTINGS = {"request_rate": 0}
BODIES: dict[str, dict[str, Any]] = {
    "POST": {
        "/v1/rooms": {"id": "r", "title": "R", "streamer": {"id": "s", "name": "S"}},
        "/v1/grants": {"user": "ann", "coins": 1, "reason": "a test"},
        "/v1/me/promotions": {"room": "main", "package": "first_look"},
        "/v1/ops/freezes": {"user": "ann", "reason": "a test"},
        "/v1/ops/adjustments": {"user": "ann", "coins": 1, "reason": "a test"},
        "/v1/ops/adjustments/{id}/reject": {"reason": "a test"},
        "/v1/ops/purchases/{id}/refund": {"reason": "a test"},
        "/v1/ops/cases/{id}/release": {"reason": "a test"},
        "/v1/ops/cases/{id}/claw-back": {"reason": "a test"},
        "/v1/ops/payouts/{id}/approve": {"reason": "a test"},
        "/v1/ops/payouts/{id}/reject": {"reason": "a test"},
    },
    "DELETE": {"/v1/ops/freezes/{user}": {"reason": "a test"}},
    "PUT": {
        "/v1/users/{id}/guardian": {"id": "g", "name": "G", "ward_name": "W"},
        "/v1/users/{id}/ban": {"reason": "a test"},
        "/v1/rooms/{id}/bans/{user}": {"reason": "a test"},
        "/v1/rooms/{id}/mutes/{user}": {"seconds": 5, "reason": "a test"},
    },
    "PATCH": {"/v1/rooms/{id}": {"title": "T"}, "/v1/rooms/{id}/moderation": {"slow_s": 0}},
}
# Who may, beside the platform.
ALLOWED = {
    "/v1/grants": "operator",
    "/v1/rooms/{id}/bans/{user}": "moderator",
    "/v1/rooms/{id}/comments/{comment}": "moderator",
    "/v1/rooms/{id}/held/{comment}/approve": "moderator",
    "/v1/rooms/{id}/held/{comment}/drop": "moderator",
    "/v1/rooms/{id}/messages/{gift_send}": "moderator",
    "/v1/rooms/{id}/moderation": "moderator",
    "/v1/rooms/{id}/moderation/log": "moderator",
    "/v1/rooms/{id}/mutes/{user}": "moderator",
    "/v1/ledger/audit": "operator",
    "/v1/ops/payouts": "operator",
    "/v1/ops/payouts/{id}/approve": "operator",
    "/v1/ops/payouts/{id}/reject": "operator",
    "/v1/users/{id}/earnings": "operator",
    "/v1/ops/adjustments": "operator",
    "/v1/ops/adjustments/{id}/approve": "operator",
    "/v1/ops/adjustments/{id}/reject": "operator",
    "/v1/ops/audit-log": "operator",
    "/v1/ops/cases": "operator",
    "/v1/ops/cases/{id}": "operator",
    "/v1/ops/cases/{id}/take": "operator",
    "/v1/ops/cases/{id}/release": "operator",
    "/v1/ops/cases/{id}/claw-back": "operator",
    "/v1/ops/people/{id}": "operator",
    "/v1/ops/rooms/{id}/end": "operator",
    "/v1/ops/switches": "operator",
    "/v1/ops/switches/{name}": "operator",
    "/v1/ops/gifts/{gift}": "operator",
    "/v1/ops/freezes": "operator",
    "/v1/ops/freezes/{user}": "operator",
    "/v1/ops/purchases/{id}/refund": "operator",
    "/v1/users/{id}/cool-off": "operator",
    "/v1/users/{id}/limits": "operator",
    "/v1/users/{id}/spending": "operator",
    "/v1/users/{id}/payouts": "operator",
    "/v1/users/{id}/purchases": "operator",
    "/v1/users/{id}/statement": "operator",
    "/v1/users/{id}/wallet": "operator",
    "/v1/users/{id}/ban": "operator",
    "/v1/users/{id}/tokens": "operator",
    "/v1/users/{id}/tokens/{token}": "operator",
}
OF_THOSE_WITH_WALLETS = ("/v1/me/earnings", "/v1/me/payouts", "/v1/me/tax", "/v1/me/guardian")
PERSONS = [endpoint for endpoint in ENDPOINTS if endpoint.who == "person"]
PLATFORMS = [endpoint for endpoint in ENDPOINTS if endpoint.who == "platform"]


async def ask(product: Product, endpoint: Endpoint, authorization: str | None) -> tuple[int, str]:
    """Status and slug of a request with that header."""
    path = endpoint.path.replace("{id}", "main").replace("{comment}", "c").replace("{user}", "ann")
    async with product.http() as http:
        answer = await http.request(
            endpoint.method,
            path,
            json=BODIES.get(endpoint.method, {}).get(endpoint.path),
            headers={"Idempotency-Key": "k", **({"Authorization": authorization} if authorization else {})},
        )
    return answer.status_code, answer.json().get("error", "") if answer.content else ""


def named(endpoint: Endpoint) -> str:
    """A test's name."""
    return f"{endpoint.method} {endpoint.path}"


@pytest.mark.parametrize("endpoint", [*PERSONS, *PLATFORMS], ids=named)
async def test_without_a_good_token_it_is_401(product: Product, endpoint: Endpoint) -> None:
    """No header, another scheme, garbage, an expired or foreign token: unauthorized, each time."""
    wrong = [
        None,
        "Bearer",
        "Bearer x",
        f"Basic {API_KEY}",
        f"Bearer {API_KEY}x",
        f"Bearer {API_KEY.upper()}",
        f"Bearer {product.token('ann', for_s=-1)}",
        f"Bearer {product.token('ann', aud='other')}",
    ]
    assert [(401, "unauthorized")] * len(wrong) == [await ask(product, endpoint, header) for header in wrong]


@pytest.mark.parametrize("endpoint", PERSONS, ids=named)
async def test_platforms_key_is_no_person(product: Product, endpoint: Endpoint) -> None:
    """The backend's key has no wallet."""
    assert (401, "unauthorized") == await ask(product, endpoint, f"Bearer {API_KEY}")


@pytest.mark.parametrize("endpoint", PLATFORMS, ids=named)
async def test_people_are_not_the_platform(product: Product, endpoint: Endpoint) -> None:
    """A person gets 403 where the platform alone may act, save for the one role that may too."""
    allowed = ALLOWED.get(endpoint.path)
    for role in ("viewer", "streamer", "moderator", "overlay", "guardian", "operator"):
        header = f"Bearer {product.token('x', role)}"
        got = await ask(product, endpoint, header)
        assert (got == (403, "forbidden")) == (role != allowed), (role, got)


def own_roles(endpoint: Endpoint) -> set[str]:
    """Who may ask that of what is their own: of wards guardians, of coins and diamonds those who have wallets.

    Whoever may do nothing more may still look at what is there of coins, and be left out of boards.
    """
    if endpoint.path.startswith("/v1/guardian/"):
        return {"guardian"}
    if endpoint.path.startswith(OF_THOSE_WITH_WALLETS) or endpoint.method != "GET":
        return set(get_args(Role)) if endpoint.path == "/v1/me/boards" else {"viewer", "streamer", "moderator"}
    return set(get_args(Role))


async def test_each_role_at_what_is_ones_own(product: Product) -> None:
    """Every route of a person's own is refused to each role that it is not for, and to no other."""
    product.wait_for_books()
    wrong = []
    for endpoint in PERSONS:
        for role in get_args(Role):
            got = await ask(product, endpoint, f"Bearer {product.token('x', role)}")
            if (got == (403, "forbidden")) != (role not in own_roles(endpoint)):
                wrong.append((named(endpoint), role, got))
    assert [] == wrong


async def test_roles_at_the_sockets(product: Product) -> None:
    """At a room's, those who have wallets alone send gifts and comments; at a guardian's, guardians alone."""
    for role in get_args(Role):
        async with product.join(f"at-{role}", role=role) as client:
            gift = await client.send_gift(new_id())
            await client.say({"type": "send_comment", "id": "c", "text": "hello"})
            # Another viewer's words are not taken for these.
            ids = ("c", f"at-{role}:c")
            comment = await client.until((CommentPosted, Error), lambda said, ids=ids: said.id in ids)  # type: ignore[misc]
        assert isinstance(gift, Error)
        assert ("insufficient_coins" if role in SENDING_ROLES else "forbidden") == gift.error, role
        assert (role in SENDING_ROLES) == isinstance(comment, CommentPosted), role
        # A guardian's own welcome is no room's: see test_guardian_session.py.
        if role != "guardian":
            async with product.connect("guardian") as line:
                await line.say({"type": "hello", "token": product.token(f"at-{role}", role)})
                assert CloseCode.UNAUTHORIZED == await line.closed(), role


async def test_token_of_one_room_is_good_there_alone(product: Product) -> None:
    """A moderator of one room removes comments there and in no other; an operator of one room grants nothing."""
    removal = next(endpoint for endpoint in PLATFORMS if "comments" in endpoint.path)
    grant = next(endpoint for endpoint in PLATFORMS if endpoint.path == "/v1/grants")
    here, there = (f"Bearer {product.token('mo', 'moderator', room=room)}" for room in ("main", "other"))
    operators = [f"Bearer {product.token('op', 'operator', room=room)}" for room in ("main", "")]

    assert (404, "unknown_comment") == await ask(product, removal, here)
    assert (403, "forbidden") == await ask(product, removal, there)
    assert [(403, "forbidden")] * 2 == [await ask(product, grant, operator) for operator in operators]


async def test_own_wallet_is_seen_from_any_room(product: Product) -> None:
    """A token of one room still shows whose it is what they have."""
    wallet = next(endpoint for endpoint in PERSONS if endpoint.path == "/v1/me/wallet")
    assert 200 == (await ask(product, wallet, f"Bearer {product.token('ann', room='main')}"))[0]


@pytest.mark.parametrize("claims", [{"nbf": 2**40}, {"iat": 2**40}, {"iat": 0}, {"for_s": 90_000}, {"name": "\u200b"}])
async def test_token_that_is_too_old_or_young_is_401(product: Product, claims: dict[str, Any]) -> None:
    """A token before its time, from the future, with a life of more than a day, or of nobody to be seen."""
    wallet = next(endpoint for endpoint in PERSONS if endpoint.path == "/v1/me/wallet")
    assert (401, "unauthorized") == await ask(product, wallet, f"Bearer {product.token('ann', **claims)}")


async def test_scheme_is_read_without_regard_to_case(product: Product) -> None:
    """`bearer` is `Bearer`."""
    wallet = next(endpoint for endpoint in PERSONS if endpoint.path == "/v1/me/wallet")
    assert 200 == (await ask(product, wallet, f"bearer {product.token('ann')}"))[0]


async def test_token_in_the_address_counts_for_nothing(product: Product) -> None:
    """Tokens never stand in a URL's query."""
    async with product.http() as http:
        answer = await http.get("/v1/me/wallet", params={"token": product.token("ann"), "access_token": "x"})
    assert 401 == answer.status_code
