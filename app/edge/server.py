"""The servers of a worker process: uvicorn's, made to say goodbye to viewers before they stop."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.base.metrics import Metrics
from app.edge.http.app import create_app
from app.edge.live.lane import UpgradeProtocol
from app.edge.parts import Parts
from app.rules.commands import FRAME_MAX

REQUESTS_S = 5
BACKLOG = 2048


class QuietServer(uvicorn.Server):
    """uvicorn's server that leaves signals to the worker."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none: uvicorn would raise them again at the end, and a clean stop would look like a death."""
        yield


class WorkerServer(QuietServer):
    """A server that says goodbye to its viewers before it stops."""

    def __init__(self, config: uvicorn.Config, parts: Parts) -> None:
        super().__init__(config)
        self._parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops to accept, sends the viewers away, then stops as uvicorn does."""
        for server in self.servers:
            server.close()
        if self._parts.hub is not None:
            await self._parts.hub.drain(self._parts.settings.drain_s)
        await super().shutdown(sockets)


def admin_app(metrics: Metrics) -> Starlette:
    """What the admin address serves: /metrics."""

    async def render(request: Request) -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/metrics", render)])


def _config(app: Starlette, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
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
        create_app(parts),
        ws=ws,
        ws_max_size=FRAME_MAX,
        ws_ping_interval=None,
        ws_per_message_deflate=parts.settings.deflate == "shared",
        lifespan="on",
    )
    return WorkerServer(config, parts)


def admin_server(metrics: Metrics) -> QuietServer:
    """The server of the admin address."""
    return QuietServer(_config(admin_app(metrics), ws="none", lifespan="off"))
