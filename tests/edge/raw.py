"""A WebSocket client that says what no proper client would: any bytes, in any order, in any pieces."""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from websockets.frames import Frame, Opcode

MASK = b"\x37\xfa\x21\x3d"
TEXT, BINARY, CONT, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10


class Heard(NamedTuple):
    """A frame from the server; the first byte has the final bit, the reserved bits and the opcode."""

    first: int
    payload: bytes

    @property
    def opcode(self) -> int:
        """Its opcode."""
        return self.first & 0x0F

    @property
    def close_code(self) -> int:
        """The code of a close frame, 1005 without one."""
        assert CLOSE == self.opcode, self
        return int(struct.unpack("!H", self.payload[:2])[0]) if self.payload else 1005


def frame(opcode: int, payload: bytes, *, fin: bool = True, mask: bool = True, reserved: int = 0) -> bytes:
    """A client's frame."""
    # Built as text, whatever it is: the library would not build what is against the standard.
    data = bytearray(Frame(Opcode.TEXT, payload).serialize(mask=mask))
    data[0] = (0x80 if fin else 0) | reserved | opcode
    return bytes(data)


def text(payload: str, **more: bool) -> bytes:
    """A text frame."""
    return frame(TEXT, payload.encode(), **more)


class RawSocket:
    """A connection after its handshake."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Sends each piece as a segment of its own, as well as that can be made sure."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()
            if len(pieces) > 1:
                await asyncio.sleep(0.002)

    async def heard(self) -> Heard:
        """The next frame of the server, which never masks."""
        async with asyncio.timeout(10):
            first, length = await self._reader.readexactly(2)
            assert length < 128, "a server's frames are not masked"
            if length == 126:
                (length,) = struct.unpack("!H", await self._reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self._reader.readexactly(8))
            return Heard(first, await self._reader.readexactly(length))

    async def closed_with(self) -> int:
        """The code of the server's close frame; whatever comes before it is not looked at."""
        while (heard := await self.heard()).opcode != CLOSE:
            pass
        return heard.close_code

    async def ended(self, within_s: float = 10.0) -> bytes:
        """What still comes until the server has closed the connection."""
        async with asyncio.timeout(within_s):
            try:
                return await self._reader.read()
            except ConnectionError:
                return b""


def upgrade_request(path: str, port: int, **headers: str) -> bytes:
    """A handshake's request."""
    key = base64.b64encode(b"0123456789abcdef").decode()
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += ["Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


@asynccontextmanager
async def raw_connection(
    port: int, *, narrow: bool = False
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A TCP connection; a narrow one takes next to nothing that is not read."""
    client = socket.socket()
    if narrow:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=client, limit=4096 if narrow else 2**16)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@asynccontextmanager
async def raw_socket(
    port: int, path: str = "/ws/main", *, narrow: bool = False, **headers: str
) -> AsyncIterator[RawSocket]:
    """A connection whose handshake is done."""
    async with raw_connection(port, narrow=narrow) as (reader, writer):
        writer.write(upgrade_request(path, port, **headers))
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101 "), answer
        yield RawSocket(reader, writer)
