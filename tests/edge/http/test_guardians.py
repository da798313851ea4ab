"""HTTP for guardians: who is linked with whom, and who may know and end it."""

from __future__ import annotations

from typing import Any

from app.edge.http import guardians
from app.rules.guardians import CodeView, WardGuardian, WardList
from app.rules.statements import Statement
from app.rules.tokens import Role
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY

SETTINGS = {"request_rate": 0, "gift_rate": 0, "workers": 2, "minors": "guardian"}
# A good body of each endpoint that takes one.
BODIES: dict[str, Any] = {
    "/v1/guardian/wards": {"code": "ABCD-EFGH"},
    "/v1/guardian/wards/{id}/limits": {"day": 100},
    "/v1/guardian/wards/{id}/lock": {"locked": True},
    "/v1/guardian/approvals/{id}": {"approve": True},
}


async def ask(product: Product, token: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status, and the slug or the answer."""
    async with product.http(token) as http:
        answer = await http.request(method, path, json=body)
    return answer.status_code, answer.json().get("error") or answer.json()


def guardian(product: Product, name: str, **claims: Any) -> str:
    """A guardian's token."""
    return product.token(name, "guardian", **claims)


async def link(product: Product, ward: str, who: str) -> None:
    """Links the two by a code."""
    _, shown = await ask(product, product.token(ward), "POST", "/v1/me/guardian-codes")
    status, told = await ask(product, guardian(product, who), "POST", "/v1/guardian/wards", {"code": shown["code"]})
    assert (201, ward) == (status, told["id"])


async def test_a_code_links_the_two(product: Product) -> None:
    """The ward sees the guardian, the guardian the ward and the ward's statement; the guardian ends it."""
    product.wait_for_books()
    await product.grant("wim", 100)
    await link(product, "wim", "gil")
    gil = guardian(product, "gil")

    told = await read(product, "/v1/me/guardian", WardGuardian, product.token("wim"))
    assert told.guardian is not None
    assert ("gil", "Gil") == (told.guardian.id, told.guardian.name)
    assert [("wim", "Wim")] == [
        (ward.id, ward.name) for ward in (await read(product, "/v1/guardian/wards", WardList, gil)).wards
    ]
    statement = await read(product, "/v1/guardian/wards/wim/statement", Statement, gil)
    assert [100] == [line.coins for line in statement.entries]
    assert (200, {"guardian": None}) == await ask(product, gil, "DELETE", "/v1/guardian/wards/wim")
    assert (404, "unknown_ward") == await ask(product, gil, "DELETE", "/v1/guardian/wards/wim")


async def test_the_platform_links_and_unlinks(product: Product) -> None:
    """What a ward cannot undo, the platform can."""
    body = {"id": "gia", "name": "Gia", "ward_name": "Zoe"}
    assert 200 == (await ask(product, API_KEY, "PUT", "/v1/users/zoe/guardian", body))[0]
    assert (409, "has_guardian") == await ask(product, product.token("zoe"), "POST", "/v1/me/guardian-codes")
    assert (409, "has_guardian") == await ask(
        product, API_KEY, "PUT", "/v1/users/zoe/guardian", {**body, "id": "other"}
    )
    assert (403, "forbidden") == await ask(product, product.token("zoe"), "DELETE", "/v1/users/zoe/guardian")
    assert (200, {"guardian": None}) == await ask(product, API_KEY, "DELETE", "/v1/users/zoe/guardian")
    assert (200, {"guardian": None}) == await ask(product, API_KEY, "GET", "/v1/users/zoe/guardian")


async def test_every_wrong_role_is_refused(product: Product) -> None:
    """Guardians alone ask as guardians, with a token that is good everywhere; wards alone as wards."""
    roles: tuple[Role, ...] = ("viewer", "streamer", "moderator", "overlay", "guardian", "operator")
    for endpoint in guardians.ENDPOINTS:
        if endpoint.who != "person":
            continue
        is_guardians = endpoint.path.startswith("/v1/guardian/")
        wrong = [
            role
            for role in roles
            if (role == "guardian") != is_guardians and (is_guardians or role in ("overlay", "operator"))
        ]
        wrong += [] if is_guardians else ["guardian"]
        tokens = [product.token("nobody", role) for role in wrong]
        tokens += [guardian(product, "nobody", room="main")] if is_guardians else []
        path = endpoint.path.replace("{id}", "wim")
        for token in tokens:
            got = await ask(product, token, endpoint.method, path, BODIES.get(endpoint.path))
            assert (403, "forbidden") == got, (endpoint.method, path)


async def test_another_persons_ward_is_nobody(product: Product) -> None:
    """Whatever a guardian asks of somebody else's ward, or of nobody, there is no such ward."""
    await link(product, "ada", "hers")
    for ward in ("ada", "nobody", "no%20id", "a" * 200):
        for endpoint in guardians.ENDPOINTS:
            if endpoint.path.startswith("/v1/guardian/wards/{id}"):
                path = endpoint.path.replace("{id}", ward)
                got = await ask(
                    product, guardian(product, "not-hers"), endpoint.method, path, BODIES.get(endpoint.path)
                )
                assert (404, "unknown_ward") == got, (endpoint.method, path)


async def test_codes_are_not_guessed(product: Product) -> None:
    """After five wrong ones a guardian waits, whatever comes next, and is told for how long."""
    shown = (await ask(product, product.token("target"), "POST", "/v1/me/guardian-codes"))[1]
    answers = [
        await ask(product, guardian(product, "guess"), "POST", "/v1/guardian/wards", {"code": code})
        for code in ("AAAA-AAAA", "", "x", "Ω" * 8, "A" * 33, "BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD", shown["code"])
    ]

    slugs = [slug for _, slug in answers]
    assert ["bad_request", "bad_request"] == [slugs[1], slugs[4]]
    assert ["code_expired"] * 5 == [slugs[i] for i in (0, 2, 3, 5, 6)]
    assert ["rate_limited"] * 2 == slugs[7:]
    assert (200, {"guardian": None}) == await ask(product, product.token("target"), "GET", "/v1/me/guardian")
    assert CodeView(**shown).expires_ms > 0


async def test_bad_input_is_a_problem(product: Product) -> None:
    """Each thing that is wrong has a slug, and nobody is linked by it."""
    good = {"id": "gil", "name": "Gil", "ward_name": "Bad"}
    wrong: list[tuple[str, Any]] = [
        ("bad_request", None),
        ("bad_request", []),
        ("bad_request", {}),
        *(("bad_request", {**good, field: value}) for field in good for value in ("", None, 1, "\u200b", "x" * 65)),
        ("bad_request", {**good, "id": "no id"}),
        ("bad_request", {**good, "id": "bad"}),
    ]
    for slug, body in wrong:
        assert slug == (await ask(product, API_KEY, "PUT", "/v1/users/bad/guardian", body))[1], body
    assert (404, "unknown_ward") == await ask(product, API_KEY, "PUT", "/v1/users/no%20id/guardian", good)
    assert (200, {"guardian": None}) == await ask(product, API_KEY, "GET", "/v1/users/bad/guardian")
