"""A running server as its clients and its platform see it."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from app.base.ids import uuid7
from app.rules import tokens
from app.rules.commands import Resume
from app.rules.tokens import Role
from tests.edge.client import Client, connect

SECRET = "the tests' secret, 32 characters at least"
API_KEY = "the tests' key of the platform's backend"
# Every client would read the certificates of all authorities anew, 25 ms each, and these addresses need none.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Site:
    """A server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        """Its address without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def token(self, user: str, role: Role = "viewer", *, for_s: float = 3600, **claims: Any) -> str:
        """A token as the platform's backend would sign it."""
        claims = {"name": user.title(), **claims}
        return tokens.sign(SECRET, sub=user, role=role, exp=int(time.time() + for_s), **claims)

    def http(self, token: str | None = None) -> httpx2.AsyncClient:
        """An HTTP client, with that bearer token if there is one."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.AsyncClient(base_url=self.url, headers=headers, timeout=30, verify=NO_TLS)

    def platform(self) -> httpx2.AsyncClient:
        """The platform's backend."""
        return self.http(API_KEY)

    async def grant(self, user: str, coins: int) -> None:
        """Gives a user coins."""
        async with self.platform() as http:
            body = {"user": user, "coins": coins, "reason": "a test"}
            answer = await http.post("/v1/grants", json=body, headers={"Idempotency-Key": new_id()})
            assert answer.status_code == 200, answer.text

    async def coins(self, user: str) -> int:
        """How many coins a user has."""
        async with self.http(self.token(user)) as http:
            return int((await http.get("/v1/me/wallet")).json()["coins"])

    async def open_room(self, room: str, streamer: str = "streamer", **more: Any) -> str:
        """Opens a room, so that a test has one to itself; its id."""
        body = {"id": room, "title": "A test", "streamer": {"id": streamer, "name": "Nova"}, **more}
        async with self.platform() as http:
            answer = await http.post("/v1/rooms", json=body)
            assert answer.status_code in (200, 201), answer.text
        return room

    def connect(self, room: str = "main", **options: Any) -> Any:
        """A socket that has not said hello: `async with product.connect() as client`."""
        return connect(f"ws://127.0.0.1:{self.port}/ws/{room}", **options)

    @asynccontextmanager
    async def join(
        self, user: str, room: str = "main", *, role: Role = "viewer", resume: Resume | None = None, **claims: Any
    ) -> AsyncIterator[Client]:
        """A socket of that user that was welcomed."""
        async with self.connect(room) as client:
            await client.hello(self.token(user, role, **claims), resume)
            yield client


def new_id() -> str:
    """A new UUIDv7."""
    return uuid7(time.time_ns() // 1_000_000)
