"""A server whose one endpoint says everything back through a lane: stock uvicorn, real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from app.edge.live.frames import text_frame
from app.edge.live.lane import Lane
from app.edge.live.turns import Turns
from app.edge.live.upgrade import EXTENSION, UpgradeProtocol
from app.edge.server import QuietServer
from tests.edge.inside import listening, started
from tests.edge.raw import RawSocket, raw_socket, text

MESSAGE_MAX = 4096
TOO_BIG = 4500


class Echo:
    """A receiver that says everything back."""

    def __init__(self) -> None:
        self.lane: Lane | None = None
        self.heard: list[bytes] = []
        self.others: list[int] = []
        self.patient = True
        self.lost = 0

    def on_text(self, payload: bytes) -> None:
        """Says it back."""
        self.heard.append(payload)
        if self.lane is not None:
            self.lane.write(text_frame(payload))

    def on_binary(self, payload: bytes) -> None:
        """Says it back, reversed, so that it cannot be mistaken for text."""
        self.on_text(payload[::-1])

    def on_other(self, size: int) -> bool:
        """Counts it."""
        self.others.append(size)
        return self.patient

    def on_unready(self) -> None:
        """Nothing is written past the lane here."""

    def on_lost(self) -> None:
        """Counts it."""
        self.lost += 1


class Server:
    """A stock uvicorn with our protocol, and one endpoint that hands over to a lane."""

    def __init__(self) -> None:
        self.receivers: list[Echo] = []
        self.turns = Turns()
        self.hold = asyncio.Event()
        self.hold.set()
        self.port = 0
        self.uvicorn: uvicorn.Server
        self.serving: asyncio.Task[None]

    async def endpoint(self, websocket: WebSocket) -> None:
        """Accepts, hands over, and ends."""
        receiver = Echo()
        self.receivers.append(receiver)
        await self.hold.wait()
        await websocket.accept()
        receiver.lane = websocket.scope["extensions"][EXTENSION](receiver, self.turns, MESSAGE_MAX, TOO_BIG)
        for payload in receiver.heard:
            receiver.lane.write(text_frame(payload))

    @property
    def connections(self) -> set[Any]:
        """The connections that uvicorn knows."""
        return self.uvicorn.server_state.connections

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """The tasks that uvicorn runs."""
        return self.uvicorn.server_state.tasks


@asynccontextmanager
async def serving(send_buffer: int = 0, **options: Any) -> AsyncIterator[Server]:
    """The server, running."""
    server = Server()
    app = Starlette(routes=[WebSocketRoute("/ws/main", server.endpoint)])
    options = {"ws": UpgradeProtocol, "ws_per_message_deflate": False, **options}
    server.uvicorn = QuietServer(uvicorn.Config(app, log_config=None, lifespan="off", **options))
    bound = listening(send_buffer)
    server.port = bound.getsockname()[1]
    server.serving = await started(server.uvicorn, bound)
    try:
        yield server
    finally:
        server.uvicorn.should_exit = True
        await server.serving
        bound.close()


@asynccontextmanager
async def echo(server: Server) -> AsyncIterator[RawSocket]:
    """A connection to it."""
    async with raw_socket(server.port) as socket:
        yield socket


async def still_echoes(socket: RawSocket) -> bool:
    """Whether the connection is in order."""
    await socket.send(text("still here"))
    return (await socket.heard()) == (0x81, b"still here")
