"""The handshake: a contract with the uvicorn that it is built on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from app.edge.live.upgrade import UpgradeProtocol
from app.edge.server import QuietServer
from tests.edge.client import eventually
from tests.edge.inside import listening, started
from tests.edge.live.echo import Server, echo, serving, still_echoes
from tests.edge.raw import BINARY, CLOSE, PING, RawSocket, frame, raw_connection, text, upgrade_request


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Server]:
    """One server for the tests that leave it as it is."""
    async with serving() as server:
        yield server


async def test_nothing_is_left_of_the_handshake(server: Server) -> None:
    """After the hand-over there is no task, and the one connection that uvicorn knows is the lane."""
    async with echo(server) as socket:
        assert await still_echoes(socket)
        lane = server.receivers[-1].lane
        assert lane is not None
        await eventually(lambda: not server.tasks)
        assert lane in server.connections
        assert not any(isinstance(one, UpgradeProtocol) for one in server.connections)
        assert lane is lane.transport.get_protocol()
    await eventually(lambda: lane not in server.connections)


async def test_frames_that_came_before_the_answer_are_handed_over_in_order() -> None:
    """A client may not talk before it is answered; if it does, the lane gets all of it."""
    async with serving() as server, raw_connection(server.port) as (reader, writer):
        server.hold.clear()
        writer.write(upgrade_request("/ws/main", server.port))
        await eventually(lambda: server.receivers)
        for piece in (text("one"), frame(BINARY, b"owt"), text("three")):
            writer.write(piece)
            await asyncio.sleep(0.01)
        server.hold.set()
        await reader.readuntil(b"\r\n\r\n")
        socket = RawSocket(reader, writer)
        assert [b"one", b"two", b"three"] == [(await socket.heard()).payload for _ in range(3)]
        assert await still_echoes(socket)


async def test_nothing_is_taken_before_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a client pours out behind its handshake waits in the kernel until it is answered, and is counted then."""
    monkeypatch.setattr("app.edge.live.lane.LINGER_S", 0.1)
    async with serving() as server, raw_connection(server.port) as (reader, writer):
        server.hold.clear()
        writer.write(upgrade_request("/ws/main", server.port))
        await eventually(lambda: server.receivers)
        (receiver,) = server.receivers
        sent = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3):
                while sent < 100_000_000:
                    writer.write(frame(PING, b"x" * 125) * 1000)
                    await writer.drain()
                    sent += 131_000
        assert sent < 30_000_000
        receiver.patient = False
        server.hold.set()
        assert b"HTTP/1.1 101 Switching Protocols\r\n" == await reader.readline()
        await eventually(lambda: len(receiver.others) >= 1000)


async def test_stopping_server_closes_its_lanes() -> None:
    """uvicorn's own stop says 1012 to every lane and does not wait for ever."""
    async with serving(timeout_graceful_shutdown=5) as server, echo(server) as one, echo(server) as other:
        assert await still_echoes(one)
        assert await still_echoes(other)
        server.uvicorn.should_exit = True
        for socket in (one, other):
            assert 1012 == await socket.closed_with()
            await socket.send(frame(CLOSE, b"\x03\xf4"))
        await server.serving
        assert not server.connections


async def test_endpoint_that_takes_nothing_over_is_served_as_ever() -> None:
    """Our protocol changes nothing for an endpoint that does not ask for its lane."""

    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close(4321, "done")

    app = Starlette(routes=[WebSocketRoute("/", endpoint)])
    config = uvicorn.Config(app, ws=UpgradeProtocol, log_config=None, lifespan="off")
    stock, bound = QuietServer(config), listening()
    running = await started(stock, bound)
    async with connect(f"ws://127.0.0.1:{bound.getsockname()[1]}/", proxy=None) as client:
        await client.send("hello")
        assert "hello" == await client.recv()
        await client.wait_closed()
        assert 4321 == client.close_code
    stock.should_exit = True
    await running
    bound.close()


async def test_refused_handshake_offers_no_lane() -> None:
    """Where the handshake is broken, no endpoint runs."""
    async with serving() as server, raw_connection(server.port) as (reader, writer):
        writer.write(upgrade_request("/ws/main", server.port).replace(b"Version: 13", b"Version: 1"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 4")
        assert not server.receivers
