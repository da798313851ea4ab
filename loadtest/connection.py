"""A simulated viewer's WebSocket: no task, no queue, no library, so that the client is not what is measured."""

from __future__ import annotations

import asyncio
import base64
import secrets
import socket
from typing import Protocol
from urllib.parse import urlsplit

from loadtest.frames import CLOSE, PING, PONG, TEXT, Frame, FrameReader, Memo, masked

HANDSHAKE_MAX = 16_384
ABNORMAL = 1006


class Listener(Protocol):
    """Who is told what happens on a connection."""

    def on_open(self, connection: Connection) -> None:
        """The handshake is done; this may be before `connect` has returned."""

    def on_frame(self, frame: Frame) -> None:
        """A text message arrived."""

    def on_closed(self, code: int) -> None:
        """The connection is gone; 1006 without a goodbye. Called once, and nothing after it."""


class Connection(asyncio.Protocol):
    """One connection; made by `connect`."""

    __slots__ = ("_code", "_handshake", "_listener", "_reader", "_request", "transport")

    def __init__(self, host: str, path: str, listener: Listener, memo: Memo) -> None:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()
        self._listener = listener
        self._reader = FrameReader(memo)
        self._handshake: bytes | None = b""
        self._code = ABNORMAL
        self.transport: asyncio.Transport | None = None

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._handshake is None and self.transport is not None and not self.transport.is_closing()

    def send(self, payload: bytes) -> None:
        """Sends a text message; nothing happens where the connection is gone."""
        self._write(masked(payload))

    def close(self, code: int = 1000) -> None:
        """Says goodbye and hangs up."""
        if self.transport is not None and not self.transport.is_closing():
            if self._handshake is None:
                self.transport.write(masked(code.to_bytes(2, "big"), CLOSE))
            self.transport.close()

    def abort(self) -> None:
        """Hangs up without a word, as a phone in a tunnel does."""
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's callback: asks for the upgrade."""
        # uvloop's transports are asyncio.Transport in all but name.
        self.transport = transport  # type: ignore[assignment]
        assert self.transport is not None
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """asyncio's callback."""
        if self._handshake is not None:
            self._handshake += data
            head, found, data = self._handshake.partition(b"\r\n\r\n")
            if not found:
                if len(head) > HANDSHAKE_MAX:
                    self.abort()
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.abort()
                return
            self._handshake = None
            self._listener.on_open(self)
        try:
            frames = self._reader.feed(data)
        except ValueError:
            self.abort()
            return
        for frame in frames:
            if frame.opcode == TEXT:
                self._listener.on_frame(frame)
            elif frame.opcode == PING:
                self._write(masked(frame.payload, PONG))
            elif frame.opcode == CLOSE:
                self._code = int.from_bytes(frame.payload[:2], "big") or 1005
                self.close(1000)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's callback."""
        self.transport = None
        self._listener.on_closed(self._code)

    def _write(self, frame: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(frame)


async def connect(url: str, path: str, listener: Listener, memo: Memo, receive_bytes: int = 0) -> Connection:
    """A connection to `path` of the server at the http:// address `url`; `on_open` comes later.

    Args:
        receive_bytes: the kernel's buffer for what was not read, 0 for the usual one.

    Raises:
        OSError: nobody listens there.
    """
    host, port = address(url)
    loop = asyncio.get_running_loop()
    made = Connection(f"{host}:{port}", path, listener, memo)
    if receive_bytes:
        # It counts only where it is set before the connection is made.
        plain = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        plain.setblocking(False)
        await loop.sock_connect(plain, (host, port))
        await loop.create_connection(lambda: made, sock=plain)
    else:
        await loop.create_connection(lambda: made, host, port)
    return made


def address(url: str) -> tuple[str, int]:
    """Host and port of an http:// address.

    Raises:
        ValueError: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(f"{url!r} is not an address like http://127.0.0.1:8000")
    return parts.hostname, parts.port or 80
