"""The door of a room: who may connect, and what happens to those who talk before they are let in."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

import msgspec
import pytest
from websockets.exceptions import InvalidStatus

from app.edge.live.socket import origin_allowed
from app.rules.messages import Problem, Welcome
from app.store.server import StoreServer
from tests.edge.client import decode
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.raw import BINARY, RawSocket, frame, raw_connection, text, upgrade_request

SETTINGS = {"origins": "https://live.example, https://Other.example/"}

OWN = "http://127.0.0.1:{port}"
REFUSED = [
    "https://evil.example",
    "https://127.0.0.1",
    "http://127.0.0.1:1",
    "http://127.0.0.1:{port}.evil.example",
    "http://user@127.0.0.1:{port}",
    "ftp://127.0.0.1:{port}",
    "https://live.example.evil.example",
    "https://live.example:444",
    "http://live.example",
    "http://[",
    "http://127.0.0.1:{port}/",
    "null",
    "",
    "*",
]
ALLOWED = [None, OWN, "https://live.example", "HTTPS://LIVE.EXAMPLE", "https://other.example"]


@pytest.mark.parametrize("origin", ALLOWED)
async def test_own_and_allowed_origins_connect(product: Product, origin: str | None) -> None:
    """Our own pages, those of the setting and whoever says no origin come in."""
    named = origin.format(port=product.port) if origin else None
    async with product.connect(origin=named) as client:
        welcome = await client.hello(product.token("ann"))

    assert "ann" == welcome.user.id


@pytest.mark.parametrize("origin", REFUSED)
async def test_foreign_origin_gets_403(product: Product, origin: str) -> None:
    """A page of anybody else is refused before there is a socket, with a problem that says why."""
    with pytest.raises(InvalidStatus) as refused:
        async with product.connect(additional_headers={"Origin": origin.format(port=product.port)}):
            pass

    assert 403 == refused.value.response.status_code
    problem = msgspec.json.decode(refused.value.response.body or b"", type=Problem)
    assert ("forbidden", 403) == (problem.error, problem.status)


def test_origin_is_compared_with_the_host_that_was_asked_for() -> None:
    """Behind a proxy our own name is what the browser asked for."""
    assert origin_allowed("https://fanfare.example", "fanfare.example", frozenset())
    assert origin_allowed("https://Fanfare.example", "FANFARE.example", frozenset())
    assert not origin_allowed("https://fanfare.example", None, frozenset())


async def test_who_talks_in_the_same_breath_as_the_request_breaks_nothing(product: Product) -> None:
    """Frames glued to the request are against the standard: they are not heard, and what comes after them is."""
    async with raw_connection(product.port) as (reader, writer):
        writer.write(upgrade_request("/ws/main", product.port) + frame(BINARY, b"too early"))
        await reader.readuntil(b"\r\n\r\n")
        socket = RawSocket(reader, writer)
        await socket.send(text(json.dumps({"type": "hello", "token": product.token("ann")})))
        assert isinstance(decode((await socket.heard()).payload.decode())[0], Welcome)


async def test_stopping_server_takes_nobody(store: StoreServer) -> None:
    """While a server says goodbye, a handshake gets 503: its client goes elsewhere."""
    async with worker(store.url) as site:
        site.hub.draining = True
        with pytest.raises(InvalidStatus) as refused:
            async with site.connect():
                pass
        assert 503 == refused.value.response.status_code
        assert "1" == refused.value.response.headers["retry-after"]
        site.hub.draining = False


async def test_refused_origins_are_counted_and_said_once(store: StoreServer, caplog: pytest.LogCaptureFixture) -> None:
    """However many pages of others try, there is one line in the log; the metric has the number."""
    async with worker(store.url) as site:
        for number in range(20):
            with pytest.raises(InvalidStatus):
                async with site.connect(additional_headers={"Origin": f"https://evil-{number}.example"}):
                    pass
        assert b'refused_requests_total{reason="origin",worker="0"} 20.0' in site.hub.metrics.render()
    said = [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert len(said) <= 1


@pytest.mark.parametrize("path", ["/ws", "/ws/", "/ws/main/more", "/"])
async def test_there_are_sockets_for_rooms_alone(product: Product, path: str) -> None:
    """No other address upgrades."""
    async with raw_connection(product.port) as (reader, writer):
        writer.write(upgrade_request(path, product.port))
        assert b"HTTP/1.1 403 " in await reader.readline()


@pytest.mark.parametrize(
    "request_line",
    [
        {"Sec_WebSocket_Key": "short"},
        {"Sec_WebSocket_Version": "7"},
    ],
)
async def test_broken_handshake_is_refused(product: Product, request_line: dict[str, str]) -> None:
    """A request that is none gets an HTTP error."""
    request = upgrade_request("/ws/main", product.port).decode()
    for name, value in request_line.items():
        line = next(line for line in request.split("\r\n") if line.startswith(name.replace("_", "-")))
        request = request.replace(line, f"{line.partition(':')[0]}: {value}")
    async with raw_connection(product.port) as (reader, writer):
        writer.write(request.encode())
        assert (await reader.readline()).split()[1] in (b"400", b"426")


async def test_slow_handshakes_keep_nobody_waiting(product: Product) -> None:
    """A hundred clients that never finish their request do not disturb one that does."""
    async with AsyncExitStack() as stack:
        slow = [await stack.enter_async_context(raw_connection(product.port)) for _ in range(100)]
        for _, writer in slow:
            writer.write(b"GET /ws/main HTTP/1.1\r\nHost: x\r\nUpgrade: web")
        async with product.join("ann") as ann:
            await ann.ping("at once")
        assert not any(reader.at_eof() for reader, _ in slow)
