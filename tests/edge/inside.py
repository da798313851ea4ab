"""One worker inside the test's own event loop, on real sockets and a real store, so that its parts can be looked at."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from app.archive.migrate import migrate
from app.base.config import Settings
from app.edge import troubles
from app.edge.live.hub import Hub
from app.edge.live.upgrade import UpgradeProtocol
from app.edge.parts import Parts
from app.edge.server import WorkerServer, public_server
from tests.edge.site import API_KEY, SECRET, Site


class Inside(Site):
    """The worker; `stop` ends it as SIGTERM would."""

    def __init__(self, port: int, hub: Hub, server: WorkerServer, serving: asyncio.Task[None]) -> None:
        super().__init__(port)
        self.hub = hub
        self.server = server
        assert server.connections is not None
        self.connections = server.connections
        self._serving = serving

    async def stop(self) -> None:
        """Returns when everyone was sent away and it has stopped."""
        self.server.should_exit = True
        await self._serving


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged, but for troubles: on a loaded machine the store may be slow for a while in any test."""
    return [record.getMessage() for record in caplog.records if record.name != troubles.__name__]


def listening(send_buffer: int = 0) -> socket.socket:
    """A socket that listens on a free port of this machine; its connections get that send buffer, if it is given."""
    bound = socket.socket()
    if send_buffer:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
    bound.bind(("127.0.0.1", 0))
    bound.listen(512)
    return bound


async def started(server: uvicorn.Server, bound: socket.socket) -> asyncio.Task[None]:
    """The task in which the server serves, once it does."""
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    while not server.started:
        assert not serving.done(), "the server did not start"
        await asyncio.sleep(0.001)
    return serving


@asynccontextmanager
async def worker(
    store_url: str, *, ws: Any = UpgradeProtocol, send_buffer: int = 0, **settings: Any
) -> AsyncIterator[Inside]:
    """A worker on that store, whose ledger is taken as its own; its archive has tables."""
    with tempfile.TemporaryDirectory(prefix="fanfare-inside-") as folder:
        bound = listening(send_buffer)
        # Its port is part of a worker's name, as the supervisor tells it.
        port = bound.getsockname()[1]
        given = {
            "data": Path(folder),
            "port": port,
            "demo": True,
            "secret": SECRET,
            "api_key": API_KEY,
            "gift_rate": 0,
            "comment_rate": 0,
            **settings,
        }
        parts = Parts(Settings(**given), store_url, 0)
        await parts.archive.write(migrate)
        server = public_server(parts, ws)
        serving = await started(server, bound)
        assert parts.hub is not None
        inside = Inside(port, parts.hub, server, serving)
        try:
            yield inside
        finally:
            await inside.stop()
            bound.close()
