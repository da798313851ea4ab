"""The handshake of a WebSocket, which is uvicorn's; then the connection moves onto a lane."""

from __future__ import annotations

import socket
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from app.edge.connections import TICKET, Ticket
from app.edge.live.deflate import SharedDeflateFactory
from app.edge.live.lane import MESSAGE_TOO_BIG, Lane, Receiver
from app.edge.live.turns import Turns

EXTENSION = "fanfare.lane"
# The kernel's send buffer of a socket, in bytes. It is small, so that slow readers are noticed by bytes that wait here.
UNSENT_MAX = 131_072


class _HandedOver:
    """Stands in for the transport that uvicorn's protocol object no longer has."""

    def close(self) -> None:
        """Does nothing."""

    def is_closing(self) -> bool:
        """Always true, so that the old protocol object does not write."""
        return True


class UpgradeProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol for the handshake; its endpoint can take the accepted connection over."""

    def __init__(self, config: Config, *more: Any, **named: Any) -> None:
        super().__init__(config, *more, **named)
        if config.ws_per_message_deflate:
            # uvicorn's own extension compresses each connection by itself, so frames could not be shared.
            self.conn.available_extensions = [SharedDeflateFactory()]

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's callback, for a connection that no lane has taken over."""
        super().connection_lost(exc)
        self._release()

    def _release(self) -> None:
        ticket: Ticket | None = self.app_state.get(TICKET)
        if ticket is not None:
            ticket.release()

    def handle_connect(self, event: Request) -> None:
        """Puts `take_over` into the scope's extensions."""
        super().handle_connect(event)
        if not self.close_sent:
            self.scope["extensions"][EXTENSION] = self.take_over  # type: ignore[assignment]
            # Bytes that arrive before the handshake is answered stay in the kernel: nothing here would count them.
            self.transport.pause_reading()

    async def receive(self) -> Any:
        """ASGI's receive. The first event is the handshake, after which uvicorn must not resume reading."""
        return await (super().receive() if self.handshake_complete else self.queue.get())

    async def send(self, message: Any) -> None:
        """ASGI's send. A refusal counts as a completed handshake, or else uvicorn would log each one as a bug."""
        await super().send(message)
        if message["type"] == "websocket.accept":
            # An endpoint that uses a lane takes the connection over now. Then the line above has no effect.
            self.loop.call_soon(self._read_on)
        if self.initial_response is not None and self.close_sent:
            self.handshake_complete = True

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def take_over(
        self, receiver: Receiver | None, turns: Turns, message_max: int, too_big: int = MESSAGE_TOO_BIG
    ) -> Lane:
        """Moves the accepted connection onto a lane of its own; this object is done with it."""
        self.stop_keepalive()
        transport = self.transport
        raw = transport.get_extra_info("socket")
        if raw is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_MAX)
        lane = Lane(
            transport,
            receiver,
            turns,
            message_max,
            too_big,
            deflate=bool(self.conn.extensions),
            connections=self.connections,
            # With TLS, bytes written to the socket directly would not be encrypted.
            descriptor=None if raw is None or transport.get_extra_info("ssl_object") else raw.fileno(),
            ended=self._release,
        )
        transport.set_protocol(lane)
        self.connections.discard(self)
        self.connections.add(lane)  # type: ignore[arg-type]  # it has what a stopping server calls
        self.transport = _HandedOver()  # type: ignore[assignment]
        if not transport.is_closing():
            transport.resume_reading()
        return lane
