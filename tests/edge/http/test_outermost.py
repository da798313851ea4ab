"""What goes wrong inside a request: safe headers on its answer, and a log that outsiders cannot fill."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
import uvloop

from app.edge.http import rooms
from app.store.server import StoreServer
from tests.edge.client import eventually
from tests.edge.inside import logged, worker

RESET = struct.pack("ii", 1, 0)


async def test_bug_is_answered_with_the_safe_headers_and_logged_once(
    store: StoreServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An error of ours is a 500 like any other answer, and its traceback stands in the log once, not for each."""

    async def broken(*_: object) -> None:
        raise ArithmeticError("what a client sent")

    monkeypatch.setattr(rooms, "view", broken)
    async with worker(store.url) as site, site.http() as http:
        for number in range(20):
            answer = await http.get(f"/v1/rooms/{number}")
            assert (500, "unavailable") == (answer.status_code, answer.json()["error"])
            assert "nosniff" == answer.headers["x-content-type-options"]
            assert "no-referrer" == answer.headers["referrer-policy"]
    assert 1 == caplog.text.count("Traceback")
    assert "ArithmeticError" in caplog.text


LOGIN = b"POST /v1/demo/login HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n"


@pytest.mark.parametrize(
    "asked",
    [b"GET /v1/rooms/main HTTP/1.1\r\nHost: x\r\n\r\n", (LOGIN + b'{"name":"X"}') * 5, LOGIN + b"{"],
    ids=["one", "five in one write", "half a body"],
)
def test_aborted_requests_are_counted_and_leave_nothing(
    store_url: str, caplog: pytest.LogCaptureFixture, asked: bytes
) -> None:
    """Clients that reset the connection while they are served: nothing is logged, and none of their requests stays."""

    async def served() -> None:
        async with worker(store_url, send_buffer=4096) as site:
            for _ in range(30):
                with socket.create_connection(("127.0.0.1", site.port)) as one:
                    one.sendall(asked)
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            await eventually(lambda: b'aborted_responses_total{worker="0"} 0.0' not in site.hub.metrics.render())
            await eventually(lambda: not (site.connections.addresses or site.server.server_state.tasks))

    # A worker's own loop: asyncio's does not mind what is written to a connection that is gone.
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(served())
    assert [] == logged(caplog)
