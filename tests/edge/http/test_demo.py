"""The login of the demo."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from app.rules.messages import (
    Login,
    WalletView,
)
from tests.edge.product import Product
from tests.edge.reading import read

SETTINGS = {"gift_rate": 0}


async def test_demo_login_gives_a_viewer_coins(product: Product) -> None:
    """Anyone who asks gets a token and, as a viewer, 5 000 coins; it works on the socket at once."""
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", json={"name": "Zoë", "role": "viewer", "country": "CH"})
    login = msgspec.json.decode(answer.content, type=Login)
    assert ("Zoë", "viewer") == (login.user.name, login.user.role)
    wallet = await read(product, "/v1/me/wallet", WalletView, login.token)
    assert (5000, "CH") == (wallet.coins, wallet.country)
    async with product.connect() as client:
        welcome = await client.hello(login.token)
        assert login.user.id == welcome.user.id


async def test_demo_login_of_others_brings_no_coins(product: Product) -> None:
    """Streamers, moderators and overlays have no wallet to fill; the streamer is the demo room's."""
    async with product.http() as http:
        for role in ("streamer", "moderator", "overlay", "guardian", "operator"):
            login = (await http.post("/v1/demo/login", json={"name": "X", "role": role})).json()
            assert role == login["user"]["role"]
            assert ("streamer" == login["user"]["id"]) == (role == "streamer")
            assert 0 == (await read(product, "/v1/me/wallet", WalletView, login["token"])).coins


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


async def test_demo_logins_have_a_rate(product: Product) -> None:
    """Who asks for logins without end is told when to ask again; the demo of others goes on."""
    async with product.http() as http:
        limited = None
        for _ in range(40):
            asked = [http.post("/v1/demo/login", json={"name": "X", "role": "overlay"}) for _ in range(50)]
            answers = await asyncio.gather(*asked)
            limited = next((answer for answer in answers if answer.status_code == 429), None)
            if limited is not None:
                break
        assert limited is not None
        assert ("rate_limited", True) == (limited.json()["error"], limited.json()["retryable"])
        assert int(limited.headers["retry-after"]) >= 1

        async def again() -> int:
            return (await http.post("/v1/demo/login", json={"name": "X"})).status_code

        async with asyncio.timeout(10):
            while await again() != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
