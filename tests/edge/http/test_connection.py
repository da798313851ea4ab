"""HTTP connections that never end, are silent, slow or deaf: each has an end, and nobody else waits for them."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import httpx2
import pytest

from app.base.errors import CloseCode
from app.edge.http import connection
from app.edge.http.connection import BODY_MAX, HEAD_MAX, PIPELINE_MAX, Phase
from app.store.server import StoreServer
from tests.edge.client import eventually
from tests.edge.inside import Inside, logged, worker
from tests.edge.raw import raw_connection, upgrade_request
from tests.edge.site import NO_TLS

REQUEST = b"GET /v1/gifts HTTP/1.1\r\nHost: x\r\n"
END = b"\r\n"
LOGIN = b"POST /v1/demo/login HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
async def site(store: StoreServer) -> AsyncIterator[Inside]:
    """A worker."""
    async with worker(store.url) as inside:
        yield inside


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of no time at all: the next look, once a second, finds them passed."""
    for phase in (Phase.HEAD, Phase.BODY, Phase.LINGER):
        monkeypatch.setitem(connection.PATIENCE_S, phase, 0.05)


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, object]]:
    """Status and problem of what the server says before it closes."""
    async with asyncio.timeout(10):
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"nosniff" in head
        assert b"connection: close" in head
        return int(head.split()[1]), json.loads(await reader.read())


async def pour(writer: asyncio.StreamWriter, piece: bytes, pieces: int) -> int:
    """Writes it again and again until the server has had enough; how many bytes went out."""
    sent = 0
    for _ in range(pieces):
        try:
            writer.write(piece)
            async with asyncio.timeout(10):
                await writer.drain()
        except ConnectionError:
            break
        sent += len(piece)
    return sent


ENDLESS = {
    "a URL": (b"GET /" + b"a" * 65536, b"a" * 65536, 414),
    "a header": (REQUEST + b"X: ", b"a" * 65536, 431),
    "headers": (REQUEST, b"X: y\r\n" * 10_000, 431),
    "a token": (REQUEST + b"Authorization: Bearer ", b"a" * 65536, 431),
    "a handshake": (upgrade_request("/ws/main", 1)[:-2], b"X: y\r\n" * 10_000, 431),
}


@pytest.mark.parametrize("what", ENDLESS)
async def test_endless_head_is_refused_after_32_kilobytes(site: Inside, what: str) -> None:
    """Whatever part of a head has no end: 414 or 431 with a problem, and the connection is over."""
    begin, piece, status = ENDLESS[what]
    async with raw_connection(site.port) as (reader, writer):
        writer.write(begin)
        pouring = asyncio.create_task(pour(writer, piece, 1600))
        assert (status, "bad_request") == (lambda said: (said[0], said[1]["error"]))(await answer(reader))
        # 100 MB were to be sent; what went out lies in the kernel's buffers or was thrown away.
        assert await pouring < 20_000_000
    await eventually(lambda: not site.connections.addresses)


async def test_head_of_nearly_32_kilobytes_is_taken(site: Inside) -> None:
    """The limit is for the whole head: one just below it is served, and the next on the same connection too."""
    head = REQUEST + b"X: " + b"a" * (HEAD_MAX - len(REQUEST) - 7) + b"\r\n" + END
    async with raw_connection(site.port) as (reader, writer):
        for _ in range(3):
            writer.write(head)
            assert b"HTTP/1.1 200 OK\r\n" == await reader.readline()
            length = int((await reader.readuntil(b"\r\n\r\n")).lower().split(b"content-length: ")[1].split()[0])
            await reader.readexactly(length)


async def test_endless_body_ends(site: Inside) -> None:
    """A body that goes on after its 413 is read for a while, then the connection is over."""
    async with raw_connection(site.port) as (_, writer):
        writer.write(LOGIN + b"Transfer-Encoding: chunked\r\n\r\n")
        sent = await pour(writer, b"10000\r\n" + b"a" * 65536 + b"\r\n", 1600)
        assert sent < BODY_MAX + 20_000_000
    await eventually(lambda: not site.connections.addresses)


async def test_endless_pipeline_ends(site: Inside) -> None:
    """Thousands of requests in one write are not queued up."""
    async with raw_connection(site.port) as (reader, writer):
        writer.write((REQUEST + END) * (PIPELINE_MAX + 3000))
        said = b""
        with suppress(ConnectionError):
            while piece := await reader.read(65536):
                said += piece
        assert said.count(b"HTTP/1.1 200 OK") < PIPELINE_MAX
    await eventually(lambda: not site.connections.addresses)


SLOW = {
    "silent": (b"", None),
    "half a line": (b"GET /v1/gi", 408),
    "half a head": (REQUEST, 408),
    "half a handshake": (upgrade_request("/ws/main", 1)[:-20], 408),
    "half a body": (LOGIN + b"Content-Length: 100\r\n\r\n{", 408),
    "empty lines": (b"\r\n", 408),
}


@pytest.mark.usefixtures("impatient")
async def test_slow_requests_end_at_their_deadlines(site: Inside, caplog: pytest.LogCaptureFixture) -> None:
    """Who is silent or stops in the middle is told so and closed, counted no longer, and nothing is logged."""

    async def status_of(begin: bytes) -> int | None:
        async with raw_connection(site.port) as (reader, writer):
            writer.write(begin)
            return (await answer(reader))[0] if begin else len(await reader.read()) or None

    statuses = await asyncio.gather(*(status_of(begin) for begin, _ in SLOW.values()))

    assert [status for _, status in SLOW.values()] == statuses
    await eventually(lambda: not site.connections.addresses)
    assert [] == logged(caplog)


async def test_response_that_nobody_reads_ends(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks and asks and never reads is cut off, however little it takes."""
    monkeypatch.setattr(connection, "UNREAD_S", 0.05)
    async with worker(store.url, send_buffer=4096) as site:
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", site.port))
            deaf.sendall((b"GET /v1/asyncapi.json HTTP/1.1\r\nHost: x\r\n" + END) * PIPELINE_MAX)
            await eventually(lambda: site.connections.addresses)
            await eventually(lambda: not site.connections.addresses)
        assert b'refused_connections_total{reason="unread",worker="0"} 1.0' in site.hub.metrics.render()


async def test_connections_of_an_address_are_counted_together(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP and WebSocket share the limit: beyond it a request gets 429, a viewer 4505, a flood nothing but the end."""
    monkeypatch.setattr("app.edge.connections.is_exempt", lambda _: False)
    async with worker(store.url, sockets_per_ip=3) as site, AsyncExitStack() as stack:
        await stack.enter_async_context(site.join("ann"))
        for _ in range(2):
            await stack.enter_async_context(raw_connection(site.port))
        await eventually(lambda: 3 == site.connections.addresses.total())
        async with site.http() as http:
            refused = await http.get("/v1/gifts")
            assert (429, "rate_limited") == (refused.status_code, refused.json()["error"])
            assert "5" == refused.headers["retry-after"]
        async with site.connect() as viewer:
            assert CloseCode.TOO_MANY == await viewer.closed()
        await eventually(lambda: 3 == site.connections.addresses.total())
        for _ in range(3):
            await stack.enter_async_context(raw_connection(site.port))
        await eventually(lambda: 6 == site.connections.addresses.total())
        async with raw_connection(site.port) as (reader, _):
            assert 429 == (await answer(reader))[0]
    assert not site.connections.addresses


@asynccontextmanager
async def held(port: int, addresses: int, each: int) -> AsyncIterator[list[socket.socket]]:
    """Slow connections from many addresses of this machine: silent, with half a head, with half a body."""
    begins = [b"", REQUEST, LOGIN + b"Content-Length: 100\r\n\r\n{"]
    opened = []
    try:
        for number in range(addresses * each):
            one = socket.create_connection(("127.0.0.1", port), source_address=(f"127.0.0.{2 + number % addresses}", 0))
            one.sendall(begins[number % len(begins)])
            opened.append(one)
            if not number % 50:
                await asyncio.sleep(0)
        yield opened
    finally:
        for one in opened:
            one.close()


async def test_slow_connections_keep_nobody_waiting(site: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    """With 1 500 slow connections from 15 addresses others are served and viewers come in; then the slow are ended."""
    for phase in (Phase.HEAD, Phase.BODY):
        # However long this machine takes to open them all.
        monkeypatch.setitem(connection.PATIENCE_S, phase, 600.0)
    async with held(site.port, 15, 100), site.http() as http:
        await eventually(lambda: site.connections.addresses.total() >= 1500)
        for _ in range(10):
            assert 200 == (await http.get("/v1/gifts")).status_code
        async with site.join("ann") as ann:
            await ann.ping("at once")
        for phase in (Phase.HEAD, Phase.BODY, Phase.LINGER):
            monkeypatch.setitem(connection.PATIENCE_S, phase, 0.0)
        await eventually(lambda: site.connections.addresses.total() <= 2)


async def test_at_the_descriptor_limit_a_request_is_refused_at_once(
    site: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker without descriptors for more clients answers 503 and says so once, however many come."""
    async with site.join("ann") as ann:
        monkeypatch.setattr("app.edge.connections.for_clients", lambda: 0)
        for _ in range(20):
            async with raw_connection(site.port) as (reader, _):
                assert (503, "overloaded") == (lambda said: (said[0], said[1]["error"]))(await answer(reader))
        await ann.ping("those inside go on")
    assert 1 == caplog.text.count("no descriptors are left")
    assert b'refused_connections_total{reason="descriptors",worker="0"} 20.0' in site.hub.metrics.render()


async def test_many_requests_go_over_one_connection(site: Inside) -> None:
    """Keep-alive works as before: requests with and without bodies, on one connection."""
    async with httpx2.AsyncClient(base_url=site.url, limits=httpx2.Limits(max_connections=1), verify=NO_TLS) as http:
        for _ in range(5):
            assert 200 == (await http.get("/v1/gifts")).status_code
            assert 400 == (await http.post("/v1/demo/login", content=b"{")).status_code
        assert 1 == site.connections.addresses.total()
