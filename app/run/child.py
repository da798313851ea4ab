"""What every child of the supervisor does: it reads what it is to do, gives signs of life, and notices its end."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvloop

from app.base.config import Settings
from app.base.descriptors import raise_limit
from app.base.errors import FanfareError
from app.run.slots import BEAT_S, CANNOT_START


class Start(msgspec.Struct, frozen=True):
    """What the supervisor writes to a child's standard input: one JSON document."""

    settings: Settings
    slot: int
    link_fd: int
    store_url: str
    listen_fd: int | None = None
    admin_fd: int | None = None


class Link:
    """The child's end of its connection with the supervisor: signs of life go there, and its end is noticed here."""

    def __init__(self, fd: int, on_orphaned: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._socket = socket.socket(fileno=fd)
        self._socket.setblocking(False)
        self._on_orphaned = on_orphaned
        # Nothing is ever sent this way, so that readable means closed.
        self._loop.add_reader(self._socket, self._lost)

    def say_ready(self) -> None:
        """Tells that the child does its work, and from now on that its loop turns."""
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
        self._socket.close()
        self._on_orphaned()


def run_child(name: Callable[[Start], str], serve: Callable[[Start], Awaitable[int]]) -> int:
    """Reads the supervisor's word from standard input and serves; the exit code. `name` is said with an error."""
    logging.basicConfig(level=logging.WARNING, format="fanfare: %(name)s: %(message)s", stream=sys.stderr)
    raise_limit()
    start = msgspec.json.decode(sys.stdin.buffer.read(), type=Start, dec_hook=_path)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_served(serve, start))
    except FanfareError as error:
        print(f"fanfare: {name(start)}: {error}", file=sys.stderr)
        return CANNOT_START


async def _served(serve: Callable[[Start], Awaitable[int]], start: Start) -> int:
    return await serve(start)


def _path(kind: type, value: Any) -> Any:
    # msgspec knows no paths.
    return kind(value)
