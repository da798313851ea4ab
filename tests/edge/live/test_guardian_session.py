"""A guardian's socket: what it is told, and whom it lets in."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
import websockets.asyncio.client as ws
from websockets.exceptions import ConnectionClosed

from app.rules.guardian_news import (
    ApprovalAsked,
    ApprovalEnded,
    GuardianNews,
    GuardianWelcome,
    Linked,
    Spent,
    Unlinked,
    WardChanged,
)
from app.rules.messages import Error
from tests.edge.client import WITHIN_S
from tests.edge.product import Product
from tests.edge.site import API_KEY, new_id

SETTINGS = {"request_rate": 0, "gift_rate": 0, "workers": 2}
NEWS: msgspec.json.Decoder[list[GuardianNews]] = msgspec.json.Decoder(list[GuardianNews])


async def hear(line: Any) -> list[Any]:
    """The messages of the next frame."""
    async with asyncio.timeout(WITHIN_S):
        return NEWS.decode(await line.recv())


@asynccontextmanager
async def listening(product: Product, token: str) -> AsyncIterator[Any]:
    """A guardian's socket that was welcomed."""
    async with ws.connect(f"ws://127.0.0.1:{product.port}/ws/guardian", proxy=None) as line:
        await line.send(json.dumps({"type": "hello", "token": token}))
        (welcome,) = await hear(line)
        assert isinstance(welcome, GuardianWelcome)
        yield line


async def closed(line: Any) -> int:
    """With which code the socket is ended."""
    try:
        async with asyncio.timeout(WITHIN_S):
            while True:
                await line.recv()
    except ConnectionClosed:
        return int(line.close_code)


async def until(line: Any, kind: type[Any], where: Callable[[Any], bool] = lambda _: True) -> Any:
    """The next message of that kind of which that is so; those before it, and behind it in its frame, are dropped."""
    while True:
        for message in await hear(line):
            if isinstance(message, kind) and where(message):
                return message


async def ask(product: Product, token: str, method: str, path: str, body: Any = None) -> Any:
    """The answer to a request."""
    async with product.http(token) as http:
        answer = await http.request(method, path, json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()


async def test_a_guardian_is_told_live(product: Product) -> None:
    """Linked, spent, bounded, asked, decided, unlinked: on every socket of the guardian, whatever worker did it."""
    product.wait_for_books()
    gil = product.token("gil", "guardian")
    await product.grant("wim", 100)
    async with listening(product, gil) as line, listening(product, gil) as other, product.join("wim") as wim:
        body = {"id": "gil", "name": "Gil", "ward_name": "Wim"}
        await ask(product, API_KEY, "PUT", "/v1/users/wim/guardian", body)
        assert [Linked("wim")] * 2 == [await until(one, Linked) for one in (line, other)]
        await wim.send_gift(new_id(), "rose")
        # The archive may have got the grant only after they were linked, and one frame may tell of both.
        spent = await until(line, Spent, lambda spent: spent.kind != "grant")
        assert ("wim", "gift", -1) == (spent.ward, spent.kind, spent.coins)
        await ask(product, gil, "PUT", "/v1/guardian/wards/wim/limits", {"approve_from": 2})
        assert WardChanged("wim") == await until(line, WardChanged)
        gift = new_id()
        await wim.say({"type": "send_gift", "id": gift, "gift": "rose", "quantity": 2})
        assert ApprovalAsked(f"wim:{gift}") == await until(line, ApprovalAsked)
        await ask(product, gil, "POST", f"/v1/guardian/approvals/wim:{gift}", {"approve": True})
        assert [ApprovalEnded(f"wim:{gift}", "approved")] * 2 == [
            await until(one, ApprovalEnded) for one in (line, other)
        ]
        await ask(product, gil, "DELETE", "/v1/guardian/wards/wim")
        assert Unlinked("wim") == await until(line, Unlinked)


async def test_it_is_for_guardians_alone(product: Product) -> None:
    """Other roles, tokens of one room and tokens that were revoked are closed with 4502; it is no room."""
    wrong = [product.token("ann"), product.token("gus", "guardian", room="main"), "x"]
    for token in wrong:
        async with ws.connect(f"ws://127.0.0.1:{product.port}/ws/guardian", proxy=None) as line:
            await line.send(json.dumps({"type": "hello", "token": token}))
            assert 4502 == await closed(line)
    gus = product.token("gus", "guardian", iat=int(time.time()) - 5)
    async with listening(product, gus) as line:
        await line.send(json.dumps({"type": "send_gift", "id": new_id(), "gift": "rose"}))
        (refused,) = msgspec.json.decode(await line.recv(), type=list[Error])
        assert "forbidden" == refused.error
        await ask(product, API_KEY, "DELETE", "/v1/users/gus/tokens")
        assert 4502 == await closed(line)
    async with product.platform() as http:
        body = {"id": "guardian", "title": "G", "streamer": {"id": "s", "name": "S"}}
        assert 400 == (await http.post("/v1/rooms", json=body)).status_code


async def test_guardians_are_kept_out_like_all_others(product: Product) -> None:
    """One revoked token ends its sockets on both workers and no others; a platform ban ends the rest, for good."""
    product.wait_for_books()
    first, second = (product.token("gem", "guardian", jti=jti) for jti in ("g-1", "g-2"))
    async with AsyncExitStack() as stack:
        ended = [await stack.enter_async_context(listening(product, first)) for _ in range(4)]
        others = [await stack.enter_async_context(listening(product, second)) for _ in range(4)]
        await ask(product, API_KEY, "DELETE", "/v1/users/gem/tokens/g-1")
        assert [4502] * 4 == [await closed(line) for line in ended]
        for line in others:
            await line.send(json.dumps({"type": "ping", "id": "p"}))
            await line.recv()
        await ask(product, API_KEY, "PUT", "/v1/users/gem/ban", {"reason": "threats"})
        assert [4503] * 4 == [await closed(line) for line in others]
    async with ws.connect(f"ws://127.0.0.1:{product.port}/ws/guardian", proxy=None) as line:
        await line.send(json.dumps({"type": "hello", "token": second}))
        assert 4503 == await closed(line)
