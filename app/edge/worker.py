"""A worker process: one event loop, one uvicorn server on the socket that the supervisor handed over."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.base.config import Settings
from app.base.errors import FanfareError
from app.base.metrics import Metrics
from app.edge.app import create_app
from app.edge.lane import UpgradeProtocol
from app.edge.parts import Parts
from app.rules.commands import FRAME_MAX

CANNOT_START = 3
REQUESTS_S = 5
BACKLOG = 2048


class Start(msgspec.Struct, frozen=True):
    """What the supervisor writes to a worker's standard input: one JSON document."""

    settings: Settings
    slot: int
    listen_fd: int
    ready_fd: int
    store_url: str
    admin_fd: int | None = None


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


async def serve(start: Start) -> int:
    """Serves until SIGTERM or SIGINT; the exit code."""
    parts = Parts(start.settings, start.store_url, start.slot)
    config = _config(
        create_app(parts),
        ws=UpgradeProtocol,
        ws_max_size=FRAME_MAX,
        ws_ping_interval=None,
        ws_per_message_deflate=start.settings.deflate == "shared",
        lifespan="on",
    )
    server = WorkerServer(config, parts)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    serving = asyncio.create_task(server.serve(sockets=[socket.socket(fileno=start.listen_fd)]))
    admin = QuietServer(_config(admin_app(parts.metrics), ws="none", lifespan="off"))
    watching = None
    if start.admin_fd is not None:
        watching = asyncio.create_task(admin.serve(sockets=[socket.socket(fileno=start.admin_fd)]))
    while not server.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells nobody when it has started
        await asyncio.sleep(0.005)
    if server.started:
        # What start-up made stays: the collector need not walk through it again and again.
        gc.collect()
        gc.freeze()
        os.write(start.ready_fd, b"ready\n")
        os.close(start.ready_fd)
    await serving
    admin.should_exit = True
    if watching is not None:
        await watching
    return 0 if server.started else CANNOT_START


def _path(kind: type, value: Any) -> Any:
    # msgspec knows no paths.
    return kind(value)


def main() -> int:
    """Reads the supervisor's word from standard input and serves."""
    logging.basicConfig(level=logging.WARNING, format="fanfare: %(name)s: %(message)s", stream=sys.stderr)
    # These log each connection and each bad request at INFO and WARNING: a way to flood the log.
    for noisy in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    start = msgspec.json.decode(sys.stdin.buffer.read(), type=Start, dec_hook=_path)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(serve(start))
    except FanfareError as error:
        print(f"fanfare: worker {start.slot}: {error}", file=sys.stderr)
        return CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
