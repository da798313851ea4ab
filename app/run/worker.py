"""A worker process: one event loop, one uvicorn server on the socket that the supervisor handed over."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import msgspec
import uvloop

from app.base.config import Settings
from app.base.descriptors import raise_limit
from app.base.errors import FanfareError
from app.edge.parts import Parts
from app.edge.server import admin_server, public_server
from app.run.slots import BEAT_S

CANNOT_START = 3
ORPHAN_DRAIN_S = 1.0


class Start(msgspec.Struct, frozen=True):
    """What the supervisor writes to a worker's standard input: one JSON document."""

    settings: Settings
    slot: int
    listen_fd: int
    link_fd: int
    store_url: str
    admin_fd: int | None = None


class Link:
    """The worker's end of its connection with the supervisor: signs of life go there, and its end is noticed here."""

    def __init__(self, fd: int, on_orphaned: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(fileno=fd)
        self._socket.setblocking(False)
        self._on_orphaned = on_orphaned
        # Nothing is ever sent this way, so that readable means closed.
        self._loop.add_reader(self._socket, self._lost)

    def say_ready(self) -> None:
        """Tells that the worker serves, and from now on that its loop turns."""
        self._say(b"ready\n")

    def _say(self, sign: bytes) -> None:
        try:
            self._socket.send(sign)
        except BlockingIOError:
            # A supervisor that was stopped for hours reads what is there when it goes on.
            pass
        except OSError:
            return
        self._loop.call_later(BEAT_S, self._say, b".")

    def _lost(self) -> None:
        self._loop.remove_reader(self._socket)
        self._on_orphaned()


async def serve(start: Start) -> int:
    """Serves until SIGTERM or SIGINT, or until the supervisor is gone; the exit code.

    Raises:
        FanfareError: it cannot start; it says why.
    """
    parts = Parts(start.settings, start.store_url, start.slot)
    public, admin = public_server(parts), admin_server(parts)
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        # Both at once: who starts in our place finds the ports free while we still say goodbye.
        for server in (public, admin):
            server.handle_exit(number, None)

    def on_orphaned() -> None:
        # The embedded store has gone with the supervisor: what it has not answered by now, it will not answer.
        public.drain_s = min(public.drain_s, ORPHAN_DRAIN_S)
        stop(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    link = Link(start.link_fd, on_orphaned)
    await parts.start()
    serving = asyncio.create_task(public.serve(sockets=[socket.socket(fileno=start.listen_fd)]))
    watching = None
    if start.admin_fd is not None:
        watching = asyncio.create_task(admin.serve(sockets=[socket.socket(fileno=start.admin_fd)]))
    while not public.started and not serving.done():  # noqa: ASYNC110  # uvicorn tells nobody when it has started
        await asyncio.sleep(0.005)
    if public.started:
        # What start-up made stays: the collector need not walk through it again and again.
        gc.collect()
        gc.freeze()
        link.say_ready()
    await serving
    admin.should_exit = True
    if watching is not None:
        await watching
    return 0 if public.started else CANNOT_START


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
