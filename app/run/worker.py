"""A worker process: one event loop, one uvicorn server on the socket that the supervisor handed over."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket

from app.edge.parts import Parts
from app.edge.server import admin_server, public_server
from app.run.child import Link, Start, run_child
from app.run.slots import CANNOT_START

ORPHAN_DRAIN_S = 1.0


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


def main() -> int:
    """Reads the supervisor's word from standard input and serves."""
    # These log each connection and each bad request at INFO and WARNING: a way to flood the log.
    for noisy in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    return run_child(lambda start: f"worker {start.slot}", serve)
