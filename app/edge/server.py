"""The servers of a worker process: uvicorn's, which close the viewers' connections in order before they stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.base.metrics import Metrics
from app.edge.addresses import Addresses
from app.edge.connections import Connections
from app.edge.http.app import create_app
from app.edge.http.connection import listener
from app.edge.http.outermost import Outermost
from app.edge.live.draining import drain
from app.edge.live.upgrade import UpgradeProtocol
from app.edge.parts import Parts
from app.rules.commands import FRAME_MAX

REQUESTS_S = 5
BACKLOG = 2048


class QuietServer(uvicorn.Server):
    """uvicorn's server without its signal handlers, and with deadlines for its connections."""

    def __init__(self, config: uvicorn.Config, connections: Connections | None = None) -> None:
        super().__init__(config)
        self.connections = connections

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures no signals: uvicorn would raise them again at the end, and a clean stop would look like a death."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """uvicorn calls this ten times a second."""
        if self.connections is not None:
            self.connections.look(asyncio.get_running_loop().time(), counter)
        return await super().on_tick(counter)


class WorkerServer(QuietServer):
    """A server that tells its viewers to reconnect before it stops."""

    def __init__(self, config: uvicorn.Config, parts: Parts) -> None:
        super().__init__(config, parts.connections)
        self.drain_s = parts.settings.drain_s
        self._parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops accepting connections, closes those of viewers, then stops as uvicorn does."""
        for server in self.servers:
            server.close()
        if self._parts.hub is not None:
            await drain(self._parts.hub, self.drain_s)
        await super().shutdown(sockets)


def admin_app(metrics: Metrics) -> Starlette:
    """What the admin address serves: /metrics."""

    async def render(request: Request) -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/metrics", render)])


class Served(Protocol):
    """What a process has whose metrics are served."""

    connections: Connections
    addresses: Addresses

    @property
    def metrics(self) -> Metrics:
        """What it counts."""


def _config(parts: Served, app: Starlette, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        Outermost(app),
        http=listener(parts.connections, parts.addresses),
        # Off: uvicorn would trust the headers of any proxy on this machine. `Addresses` decides instead.
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=REQUESTS_S,
        **more,
    )


def public_server(parts: Parts, ws: Any = UpgradeProtocol) -> WorkerServer:
    """The server of the public address; it makes its parts when it starts."""
    config = _config(
        parts,
        create_app(parts),
        ws=ws,
        ws_max_size=FRAME_MAX,
        ws_ping_interval=None,
        ws_per_message_deflate=parts.settings.deflate == "shared",
        lifespan="on",
    )
    return WorkerServer(config, parts)


def admin_server(parts: Served) -> QuietServer:
    """The server of the admin address."""
    return QuietServer(_config(parts, admin_app(parts.metrics), ws="none", lifespan="off"), parts.connections)
