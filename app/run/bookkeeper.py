"""The bookkeeper's process: it keeps the books beside the workers, with less right to a busy machine than they have."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket

from app.base.config import Settings
from app.edge.clock.bookkeeping import Bookkeeping
from app.edge.server import admin_server
from app.run.child import Link, Start, run_child

NICE = 5
# A rolling restart waits so long for the archive's tables before the workers get their turn: large ones take longer,
# and an archive that is away keeps nobody from being replaced.
TABLES_WAIT_S = 20.0
# Its batches make many objects and no rings of them: the collector's walks through them find nothing.
GC_THRESHOLD = 100_000


async def keep_books(settings: Settings, store_url: str, admin: socket.socket | None, link_fd: int | None) -> int:
    """Keeps the books until SIGTERM or SIGINT, or until the supervisor is gone; the exit code.

    Args:
        admin: where /metrics is served.
        link_fd: the connection with the supervisor, where there is one.

    Raises:
        ConfigError: it cannot, as things are; it says why.
    """
    books, stopped, loop = Bookkeeping(settings, store_url), asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    link = None if link_fd is None else Link(link_fd, stopped.set)
    if link is None:
        print(f"The books of {settings.data} are kept. Ctrl-C stops it.", flush=True)
    server, watching = admin_server(books), None
    if admin is not None:
        watching = asyncio.create_task(server.serve(sockets=[admin]))
    starting, waiting, migrated = tasks = [
        asyncio.create_task(one) for one in (books.start(), stopped.wait(), books.migrated.wait())
    ]
    try:
        await asyncio.wait(tasks, timeout=TABLES_WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        # One that cannot start is never ready: a rolling restart is given up then, and the old ones go on.
        if link is not None and not (starting.done() and starting.exception()):
            link.say_ready()
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            gc.collect()
            gc.freeze()
            await waiting
    finally:
        for task in (starting, waiting, migrated):
            task.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await books.stop()
        server.should_exit = True
        if watching is not None:
            await watching
    return 0


async def _serve(start: Start) -> int:
    admin = None if start.admin_fd is None else socket.socket(fileno=start.admin_fd)
    return await keep_books(start.settings, start.store_url, admin, start.link_fd)


def be_modest() -> None:
    """Lets the workers and the store go first."""
    os.nice(NICE)
    gc.set_threshold(GC_THRESHOLD, 50, 50)


def main() -> int:
    """Reads the supervisor's word from standard input and keeps the books."""
    be_modest()
    return run_child(lambda _: "the bookkeeper", _serve)
