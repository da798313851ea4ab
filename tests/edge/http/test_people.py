"""What the platform decides of people: they are kept out, or their tokens end, on every worker and at once."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack

import pytest

from app.base.errors import CloseCode
from app.rules.audit_log import AuditLog
from app.rules.barred import BanView, Revoked
from app.rules.messages import Error, GiftAccepted, WalletView
from app.rules.people_views import PersonDesk
from tests.archiving import finally_true
from tests.edge.http.buying import make_tables
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id
from tests.rules.shapes import strictly

SETTINGS = {"workers": 2, "gift_rate": 0, "request_rate": 0}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def act(product: Product, method: str, path: str, body: object = None) -> bytes:
    """What the platform is answered."""
    async with product.platform() as http:
        answer = await http.request(method, f"/v1/users/{path}", json=body)
        assert 200 == answer.status_code, answer.text
        return answer.content


async def status(product: Product, method: str, path: str, token: str) -> tuple[int, str]:
    """How a person is answered."""
    async with product.http(token) as http:
        answer = await http.request(method, path, json={"shown": True} if method == "PUT" else None)
        return answer.status_code, answer.json().get("error", "")


async def test_no_gift_passes_once_the_token_is_revoked(product: Product) -> None:
    """Two hundred gifts by sockets on both workers, and a revocation in their midst: no coin leaves behind it."""
    await product.grant("rae", 1000)
    iat = int(time.time()) - 5
    token = product.token("rae", iat=iat)
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(product.join("rae", iat=iat)) for _ in range(4)]
        overlay = await stack.enter_async_context(product.join("rae", role="overlay", iat=iat))
        for i in range(200):
            await sockets[i % 4].say({"type": "send_gift", "id": new_id(), "gift": "rose"})
        revoked = strictly(await act(product, "DELETE", "rae/tokens"), Revoked)
        left = await product_coins(product, "rae")
        codes = [await socket.closed() for socket in (*sockets, overlay)]
    taken = sum(len(socket.all_of(GiftAccepted)) for socket in sockets)

    assert {CloseCode.UNAUTHORIZED} == set(codes)
    assert 1000 - taken >= left == await product_coins(product, "rae")
    assert revoked.before_ms is not None
    assert {"unauthorized"} == {error.error for socket in sockets for error in socket.all_of(Error)}
    assert (401, "unauthorized") == await status(product, "GET", "/v1/me/wallet", token)
    again = product.token("rae", iat=revoked.before_ms / 1000)
    assert (200, "") == await status(product, "GET", "/v1/me/wallet", again)


async def product_coins(product: Product, user: str) -> int:
    """A wallet, as the platform reads it."""
    return int((await read(product, f"/v1/users/{user}/wallet", WalletView, API_KEY)).coins)


async def test_one_token_ends_and_the_others_live(product: Product) -> None:
    """The sockets of that token are closed, those of another stay; it opens no socket any more."""
    async with product.join("tom", jti="t-1") as first, product.join("tom", jti="t-2") as second:
        assert Revoked("tom", None, "t-1") == strictly(await act(product, "DELETE", "tom/tokens/t-1"), Revoked)
        assert CloseCode.UNAUTHORIZED == await first.closed()
        await second.ping("p")
    async with product.connect() as third:
        await third.say({"type": "hello", "token": product.token("tom", jti="t-1")})
        assert CloseCode.UNAUTHORIZED == await third.closed()


async def test_whoever_is_banned_takes_no_part(product: Product) -> None:
    """Sockets end with 4503 and none opens; what is theirs can be read and nothing be done; all of it is in the log."""
    await product.grant("ben", 10)
    token = product.token("ben")
    async with product.join("ben") as ben:
        done = await act(product, "PUT", "ben/ban", {"reason": "threats"})
        assert BanView("ben", True) == strictly(done, BanView)
        assert CloseCode.REMOVED == await ben.closed()
    async with product.connect() as again:
        await again.say({"type": "hello", "token": token})
        assert CloseCode.REMOVED == await again.closed()
        assert ["banned"] == [error.error for error in again.all_of(Error)]
    assert (200, "") == await status(product, "GET", "/v1/me/wallet", token)
    assert (403, "banned") == await status(product, "PUT", "/v1/me/boards", token)
    # What is other people's is not theirs to read, whatever the role.
    operator, moderator = product.token("ben", "operator"), product.token("ben", "moderator")
    assert (403, "banned") == await status(product, "GET", "/v1/ops/audit-log", operator)
    assert (403, "banned") == await status(product, "GET", "/v1/rooms/main/moderation/log", moderator)

    assert BanView("ben", False) == strictly(await act(product, "DELETE", "ben/ban?reason=a month"), BanView)

    async def let_in() -> bool:
        return (await status(product, "PUT", "/v1/me/boards", token))[0] == 200

    await finally_true(let_in)
    async with product.join("ben") as ben:
        assert isinstance(await ben.send_gift(new_id()), GiftAccepted)
    log = await read(product, "/v1/ops/audit-log", AuditLog, API_KEY, whom="ben")
    assert [("unban", "platform", "a month"), ("ban", "platform", "threats")] == [
        (e.what, e.who, e.reason) for e in log.entries
    ]


async def test_an_operator_sees_how_far_somebody_is_kept_out(product: Product) -> None:
    """Banned, single tokens, and from when on tokens are good; nothing of it where nothing was decided."""
    seen = [await read(product, "/v1/ops/people/kay", PersonDesk, API_KEY)]
    for method, path, body in (
        ("PUT", "kay/ban", {"reason": "threats"}),
        ("DELETE", "kay/tokens/t-9?reason=a lost phone", None),
    ):
        await act(product, method, path, body)
    seen.append(await read(product, "/v1/ops/people/kay", PersonDesk, API_KEY))
    revoked = strictly(await act(product, "DELETE", "kay/tokens?reason=all of them"), Revoked)
    seen.append(await read(product, "/v1/ops/people/kay", PersonDesk, API_KEY))
    log = await read(product, "/v1/ops/audit-log", AuditLog, API_KEY, whom="kay")

    assert [(False, None, []), (True, None, ["t-9"]), (True, revoked.before_ms, [])] == [
        (one.banned, one.tokens_before_ms, one.tokens) for one in seen
    ]
    assert ["all of them", "a lost phone", "threats"] == [entry.reason for entry in log.entries]


async def test_a_restarted_worker_still_knows(product: Product) -> None:
    """What was decided is read at the start: it was not forgotten with whoever was told."""
    await act(product, "PUT", "moe/ban", {"reason": "threats"})
    product.stop()
    product.start()
    assert (403, "banned") == await status(product, "PUT", "/v1/me/boards", product.token("moe"))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "ann/ban", {}),
        ("PUT", "ann/ban", {"reason": ""}),
        ("PUT", "ann/ban", {"reason": 5}),
        ("PUT", "ann/ban", []),
        ("PUT", "a%20b/ban", {"reason": "x"}),
        ("DELETE", f"{'x' * 65}/ban", None),
        ("DELETE", "a:b/tokens", None),
        ("DELETE", f"ann/tokens/{'x' * 65}", None),
        ("DELETE", "ann/ban?reason=%E2%80%8B", None),
        ("DELETE", f"ann/ban?reason={'x' * 201}", None),
        ("DELETE", f"ann/tokens?reason={'x' * 201}", None),
        ("DELETE", f"ann/tokens/t?reason={'x' * 201}", None),
    ],
)
async def test_what_is_not_well_formed_is_refused(product: Product, method: str, path: str, body: object) -> None:
    """Nothing is decided of anybody by it."""
    async with product.platform() as http:
        answer = await http.request(method, f"/v1/users/{path}", json=body)
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
