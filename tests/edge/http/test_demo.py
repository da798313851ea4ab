"""The login of the demo."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.rules.messages import (
    Login,
    WalletView,
)
from app.rules.spending_views import LimitsView
from tests.edge.product import Product
from tests.edge.reading import read

SETTINGS = {"gift_rate": 0}


async def test_demo_login_gives_a_viewer_coins(product: Product) -> None:
    """Anyone who asks gets a token and, as a viewer, 5 000 coins; it works on the socket at once."""
    product.wait_for_books()
    who = {"name": "Zoë", "role": "viewer", "country": "CH", "tz": "Asia/Tokyo"}
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", json=who)
        assert 200 == (await http.post("/v1/demo/login", json={**who, "tz": "Mars/Olympus"})).status_code
    login = msgspec.json.decode(answer.content, type=Login)
    assert ("Zoë", "viewer") == (login.user.name, login.user.role)
    wallet = await read(product, "/v1/me/wallet", WalletView, login.token)
    assert (5000, "CH") == (wallet.coins, wallet.country)
    assert "Asia/Tokyo" == (await read(product, "/v1/me/limits", LimitsView, login.token)).tz
    async with product.connect() as client:
        welcome = await client.hello(login.token)
        assert login.user.id == welcome.user.id


async def test_demos_streamer_is_that_of_its_own_room(product: Product) -> None:
    """The streamer has no wallet to fill, is at home in the demo's room, and is let into no other."""
    room = await product.open_room("another")
    async with product.http() as http:
        login = (await http.post("/v1/demo/login", json={"name": "Nova", "role": "streamer"})).json()
    assert {"id": "streamer", "name": "Nova", "role": "streamer"} == login["user"]
    assert 0 == (await read(product, "/v1/me/wallet", WalletView, login["token"])).coins
    async with product.connect() as client:
        assert "streamer" == (await client.hello(login["token"])).room.streamer.id
    async with product.connect(room) as client:
        await client.say({"type": "hello", "token": login["token"]})
        assert 4502 == await client.closed()


@pytest.mark.parametrize("role", ["moderator", "overlay", "operator"])
async def test_demo_gives_nobody_power(product: Product, role: str) -> None:
    """A role beyond viewer, streamer and guardian is refused by its slug: none can be had by asking for it."""
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", json={"name": "X", "role": role})
    assert (403, "forbidden") == (answer.status_code, answer.json()["error"])
    assert "viewer, streamer and guardian" in answer.json()["detail"]


async def test_demos_tokens_grant_nothing(product: Product) -> None:
    """What the login gives can neither grant coins nor open or end rooms; its streamer alone removes comments."""
    async with product.http() as http:
        for role in ("viewer", "streamer", "guardian"):
            login = (await http.post("/v1/demo/login", json={"name": "X", "role": role})).json()
            headers = {"Authorization": f"Bearer {login['token']}", "Idempotency-Key": "k"}
            for method, path, body in (
                ("POST", "/v1/grants", {"user": login["user"]["id"], "coins": 10**12, "reason": "mine"}),
                ("POST", "/v1/rooms", {"id": "mine", "title": "Mine", "streamer": {"id": "x", "name": "X"}}),
                ("DELETE", "/v1/rooms/main", None),
            ):
                answer = await http.request(method, path, json=body, headers=headers)
                assert (403, "forbidden") == (answer.status_code, answer.json()["error"]), (role, path)
            removed = await http.delete("/v1/rooms/main/comments/ann:c", headers=headers)
            assert ("unknown_comment" if role == "streamer" else "forbidden") == removed.json()["error"]


async def test_name_is_given_as_it_is_shown(product: Product) -> None:
    """What hides or turns is gone from a name; where nothing is left, there is no login."""
    async with product.http() as http:
        login = await http.post("/v1/demo/login", json={"name": "\u202e Zo\u200be\n"})
        blank = await http.post("/v1/demo/login", json={"name": "\u200b\u3164"})
    assert "Zoe" == login.json()["user"]["name"]
    assert (400, "bad_request") == (blank.status_code, blank.json()["error"])


async def test_demo_login_without_a_name_only_watches(product: Product) -> None:
    """Nobody has to give a name to watch: a guest is welcome in a room, with an empty wallet that took no entry."""
    versions = set()
    for _ in range(2):
        async with product.http() as http:
            login = msgspec.json.decode((await http.post("/v1/demo/login", json={})).content, type=Login)
        assert ("Guest", "viewer") == (login.user.name, login.user.role)
        async with product.connect() as client:
            balance = (await client.hello(login.token)).balance
        assert balance is not None
        assert 0 == balance.coins
        versions.add(balance.version)
    # A version is the journal's last number.
    assert 1 == len(versions)


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""},
        {"name": "x" * 41},
        {"name": 5},
        {"name": "X", "role": "king"},
        {"name": "X", "country": "Switzerland"},
        {"name": "X", "country": "ch"},
        [],
        "",
    ],
)
async def test_demo_login_checks_what_it_is_told(product: Product, body: Any) -> None:
    """What is wrong is a problem that says what."""
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", json=body)
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
    assert "body cannot be read" in answer.json()["detail"]
