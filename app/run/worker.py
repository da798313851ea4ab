"""A worker process: one event loop, one uvicorn server on the socket that the supervisor handed over."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from typing import Any

import msgspec
import uvloop

from app.base.config import Settings
from app.base.descriptors import raise_limit
from app.base.errors import FanfareError
from app.edge.parts import Parts
from app.edge.server import admin_server, public_server

CANNOT_START = 3


class Start(msgspec.Struct, frozen=True):
    """What the supervisor writes to a worker's standard input: one JSON document."""

    settings: Settings
    slot: int
    listen_fd: int
    ready_fd: int
    store_url: str
    admin_fd: int | None = None


async def serve(start: Start) -> int:
    """Serves until SIGTERM or SIGINT; the exit code."""
    parts = Parts(start.settings, start.store_url, start.slot)
    server = public_server(parts)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    serving = asyncio.create_task(server.serve(sockets=[socket.socket(fileno=start.listen_fd)]))
    admin = admin_server(parts)
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
    raise_limit()
    start = msgspec.json.decode(sys.stdin.buffer.read(), type=Start, dec_hook=_path)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(serve(start))
    except FanfareError as error:
        print(f"fanfare: worker {start.slot}: {error}", file=sys.stderr)
        return CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
