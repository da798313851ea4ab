"""uvicorn's HTTP connection with bounds: bytes and seconds for each part of a request and for reading the answer.

Deadlines are looked at once a second for all connections together; none has a timer of its own.
"""

from __future__ import annotations

import asyncio
from enum import Enum
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.base.errors import Refusal
from app.edge.addresses import Addresses, counted_as
from app.edge.connections import TICKET, Connections, Verdict
from app.edge.http.outermost import GONE
from app.edge.http.pages import SafeHeaders
from app.edge.http.problems import problem

HEAD_MAX = 32 * 1024
# More than the largest body that a route takes; what was refused by its size is read and thrown away up to here.
BODY_MAX = 1024 * 1024
PIPELINE_MAX = 16
UNREAD_S = 20.0


class Phase(Enum):
    """What a connection is waiting for."""

    HEAD = 1
    BODY = 2
    ANSWER = 3
    IDLE = 4
    LINGER = 5


PATIENCE_S = {
    Phase.HEAD: 10.0,
    Phase.BODY: 20.0,
    # uvicorn's own keep-alive timer ends it after five seconds; this is for what that leaves unread.
    Phase.IDLE: 30.0,
    # The request was refused: time for the client to read the reason.
    Phase.LINGER: 2.0,
    # No deadline while the application works on the answer: its calls to the store and elsewhere have their own.
}


TOO_MANY = "There are too many connections from this address."
FULL = "This server has no room for more connections."


class BoundedProtocol(HttpToolsProtocol):
    """One HTTP connection.

    Args:
        connections: the worker's count.
        addresses: tells proxies, whose connections are those of many people and not counted, from clients.
    """

    def __init__(
        self,
        connections: Connections,
        addresses: Addresses,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, dict(app_state), _loop)
        self._open = connections
        self._addresses = addresses
        self._phase = Phase.HEAD
        self._since_s = self.loop.time()
        self._unread_since_s: float | None = None
        self._answering: RequestResponseCycle | None = None
        self._head_bytes = self._body_bytes = self._thrown_away = 0
        self._has_line = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """asyncio's callback."""
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        counted = "" if not peer or self._addresses.is_proxy(peer) else counted_as(peer)
        raw = transport.get_extra_info("socket")
        self._ticket = self.app_state[TICKET] = self._open.enter(counted, raw.fileno() if raw is not None else 0)
        self.app_state[GONE] = transport.is_closing
        self._open.watched.add(self)
        if self._ticket.verdict is Verdict.WORKER_FULL:
            self._refuse(503, Refusal("overloaded", FULL, retry_ms=5000), linger=False)
        elif self._ticket.verdict is Verdict.ADDRESS_FLOOD:
            self._refuse(429, Refusal("rate_limited", TOO_MANY, retry_ms=5000), linger=False)
        elif self._ticket.verdict is Verdict.ADDRESS_FULL:
            self.app = too_many

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's callback."""
        self._open.watched.discard(self)
        self._ticket.release()
        super().connection_lost(exc)
        if self._answering is not None and not self._answering.response_complete:
            self._open.metrics.aborted.inc()
            # uvicorn reports the disconnect to its newest request only; an earlier one would never end.
            self._answering.disconnected = True
            self._answering.message_event.set()

    def data_received(self, data: bytes) -> None:
        """asyncio's callback: gives the parser what it may have."""
        if self._phase is Phase.LINGER:
            self._thrown_away += len(data)
            if self._thrown_away > BODY_MAX:
                self.transport.abort()
            return
        if self._phase is Phase.IDLE:
            # Empty lines before a request are nothing to the parser. They count against the limit all the same.
            self._enter(Phase.HEAD)
        while data and self._listening():
            piece, data = data, b""
            if self._phase is Phase.HEAD:
                # The parser buffers a header until it is complete, so it is given no more bytes than the limit allows.
                room = HEAD_MAX - self._head_bytes
                piece, data = piece[:room], piece[room:]
                self._head_bytes += len(piece)
                self._has_line = self._has_line or b"\n" in piece
            super().data_received(piece)
            if self._phase is Phase.HEAD and self._head_bytes >= HEAD_MAX:
                self._refuse_head()

    def _listening(self) -> bool:
        # Skipped after a refusal, and when the WebSocket protocol has taken the connection over.
        return self._phase is not Phase.LINGER and self in self._open.watched and not self.transport.is_closing()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def handle_websocket_upgrade(self) -> None:
        """Hands the connection to the WebSocket protocol, which has deadlines of its own."""
        self._open.watched.discard(self)
        super().handle_websocket_upgrade()

    # The parser's callbacks.

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._enter(Phase.HEAD)

    def on_headers_complete(self) -> None:
        """Its head is complete."""
        self._enter(Phase.BODY)
        self._body_bytes = 0
        super().on_headers_complete()
        if len(self.pipeline) > PIPELINE_MAX:
            self._end("pipeline")

    def on_body(self, body: bytes) -> None:
        """A part of its body."""
        self._body_bytes += len(body)
        if self._body_bytes > BODY_MAX:
            self._end("body_too_long")
        super().on_body(body)

    def on_message_complete(self) -> None:
        """It is complete."""
        self._head_bytes, self._has_line = 0, False
        answered = self.cycle is not None and self.cycle.response_complete
        self._enter(Phase.IDLE if answered else Phase.ANSWER)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Its answer is complete, written or on the way."""
        if self._phase is Phase.ANSWER and not self.pipeline:
            self._enter(Phase.IDLE)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers bytes that are not HTTP in the same form as other refusals."""
        self._refuse(400, Refusal("bad_request", msg))

    # Deadlines.

    def look(self, now_s: float) -> None:
        """Ends the connection if it is overdue."""
        if not self.transport.get_write_buffer_size():
            self._unread_since_s = None
        elif self._unread_since_s is None:
            self._unread_since_s = now_s
        elif now_s - self._unread_since_s > UNREAD_S:
            self._end("unread")
            return
        if now_s - self._since_s <= PATIENCE_S.get(self._phase, float("inf")):
            return
        if (self._phase is Phase.HEAD and self._head_bytes) or self._phase is Phase.BODY:
            self._open.metrics.refused_connection("slow")
            self._refuse(408, Refusal("bad_request", "The request did not arrive in time."))
        elif self._phase is Phase.HEAD:
            self._end("silent")
        else:
            self.transport.abort()

    def _enter(self, phase: Phase) -> None:
        self._phase = phase
        self._since_s = self.loop.time()

    def _refuse_head(self) -> None:
        self._open.metrics.refused_connection("head_too_long")
        if self._has_line:
            self._refuse(431, Refusal("bad_request", f"The headers have at most {HEAD_MAX} bytes in all."))
        else:
            self._refuse(414, Refusal("bad_request", f"A request line has at most {HEAD_MAX} bytes."))

    def _refuse(self, status: int, refusal: Refusal, *, linger: bool = True) -> None:
        """Answers without the application and closes."""
        cycle, busy = self.cycle, False
        if cycle is not None and not cycle.response_complete:
            # The application is told that the client has disconnected, so it writes nothing more.
            busy = cycle.response_started or bool(self.pipeline)
            cycle.disconnected = True
            cycle.message_event.set()
        if busy or self.transport.is_closing():
            self.transport.abort()
            return
        self._unset_keepalive_if_required()
        answer = problem(refusal, status)
        head = [STATUS_LINE[status], b"connection: close\r\n"]
        for name, value in (*self.server_state.default_headers, *answer.raw_headers, *SafeHeaders.HEADERS):
            head += [name, b": ", value, b"\r\n"]
        self._enter(Phase.LINGER)
        self.transport.write(b"".join([*head, b"\r\n", answer.body]))
        if linger and self.transport.can_write_eof():
            # The kernel resets a socket that is closed with unread bytes, and the client would not see the answer.
            self.transport.write_eof()
        else:
            self.transport.close()

    def _end(self, reason: str) -> None:
        self._open.metrics.refused_connection(reason)
        self._enter(Phase.LINGER)
        self.transport.abort()


async def too_many(scope: Scope, receive: Receive, send: Send) -> None:
    """The application of an address that has too many connections."""
    answer = problem(Refusal("rate_limited", TOO_MANY, retry_ms=5000))
    answer.raw_headers.extend([(b"connection", b"close"), *SafeHeaders.HEADERS])
    await answer(scope, receive, send)


def listener(connections: Connections, addresses: Addresses) -> Any:
    """What uvicorn makes a protocol with for each connection that it accepts."""

    def make(**given: Any) -> BoundedProtocol:
        return BoundedProtocol(connections, addresses, **given)

    return make
