"""The fast lane: after uvicorn's handshake the connection is ours, without a task, a queue or a parser of its own.

A whole, masked, unfragmented text frame goes straight to the receiver. Everything else (fragments, control frames, what
is broken) goes to a parser of the websockets library that lives only as long as it is needed.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from websockets.exceptions import PayloadTooBig
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.speedups import apply_mask

from app.edge.live.deflate import COMPRESSED, Broadcast, inflate, parser_extension
from app.edge.live.frames import PONG, TEXT, close_frame

LINGER_S = 5.0
INVALID_TEXT = 1007
MESSAGE_TOO_BIG = 1009
SERVICE_RESTART = 1012


class Receiver(Protocol):
    """Who takes what arrives on a connection."""

    def on_text(self, payload: bytes) -> None:
        """A text message, valid UTF-8."""

    def on_binary(self, payload: bytes) -> None:
        """A binary message."""

    def on_unready(self) -> None:
        """Bytes wait for the peer to read, or the connection is ending: `descriptor` is None for now.

        Not called for what `offer` leaves waiting.
        """

    def on_lost(self) -> None:
        """The connection is gone; called once, and nothing after it. Its descriptor is closed right after."""


class Lane(asyncio.Protocol):
    """One WebSocket connection after its handshake.

    Args:
        transport: the connection's.
        receiver: who takes what arrives; None where the connection is only to be closed.
        message_max: bytes of a message; a longer one closes with `too_big`.
        deflate: whether shared deflate was negotiated.
        connections: uvicorn's set of connections, which a stopping server looks at.
        descriptor: the transport's socket, where bytes may be written to it past the transport.
        ended: called when the transport is gone.
    """

    __slots__ = (
        "_closing",
        "_connections",
        "_descriptor",
        "_ended",
        "_message",
        "_message_max",
        "_parser",
        "_partial",
        "_too_big",
        "deflate",
        "heard",
        "receiver",
        "transport",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        receiver: Receiver | None,
        message_max: int,
        too_big: int = MESSAGE_TOO_BIG,
        deflate: bool = False,
        connections: set[Any] | None = None,
        descriptor: int | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        self.transport = transport
        self.receiver = receiver
        self.heard = True
        self.deflate = deflate
        self._connections = connections
        self._descriptor = descriptor
        self._ended = ended
        self._message_max = message_max
        self._too_big = too_big
        self._partial = b""
        self._parser: ServerProtocol | None = None
        self._message: list[bytes] = []
        self._closing: asyncio.TimerHandle | None = None

    @property
    def closing(self) -> bool:
        """Whether the connection is being closed: nothing that arrives counts any more."""
        return self._closing is not None or self.transport.is_closing()

    @property
    def descriptor(self) -> int | None:
        """The socket, while frames may be written to it past the transport: nothing waits there, it is not closing."""
        return None if self.transport.get_write_buffer_size() or self.closing else self._descriptor

    def write(self, frame: bytes) -> None:
        """Writes a ready frame."""
        if not self.closing:
            self._put(frame)

    def offer(self, frames: Broadcast, waiting_max: int, done: int = 0) -> bool:
        """Writes a room's frames from byte `done` on, unless more than `waiting_max` bytes wait already: then False."""
        if self.transport.get_write_buffer_size() > waiting_max:
            return False
        if not self.closing:
            self.transport.write((frames.deflated if self.deflate else frames.plain)[done:])
        return True

    def buffered(self) -> int:
        """Bytes that wait in this process for a slow reader."""
        return self.transport.get_write_buffer_size()

    def close(self, code: int, reason: str = "") -> None:
        """Says goodbye. The connection ends with the peer's answer, or soon without one; `on_lost` follows then."""
        if not self.closing:
            self._end(close_frame(code, reason))

    def shutdown(self) -> None:
        """uvicorn's word that the server stops."""
        self.close(SERVICE_RESTART)

    def eof_received(self) -> None:
        """asyncio's callback: the peer writes no more. The transport closes itself once everything is written."""
        self._end(b"")

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's callback."""
        if self._closing is not None:
            self._closing.cancel()
        if self._connections is not None:
            self._connections.discard(self)
        if self._ended is not None:
            self._ended()
        receiver, self.receiver, self._parser = self.receiver, None, None
        if receiver is not None:
            receiver.on_lost()

    def data_received(self, data: bytes) -> None:
        """asyncio's callback: takes the frames apart."""
        self.heard = True
        if self._partial:
            data = self._partial + data
            self._partial = b""
        at, end = 0, len(data)
        while end - at >= 2:
            first, length, body = data[at], data[at + 1] - 128, at + 6
            if length >= 126:
                body = at + (8 if length == 126 else 14)
                if end < body:
                    break
                length = int.from_bytes(data[at + 2 : body - 4], "big")
            if length < 0:
                # Not masked: the library knows what to say to that.
                self._odd(data[at:])
                return
            if length > self._message_max:
                self.close(self._too_big, f"a message has at most {self._message_max} bytes")
                return
            stop = body + length
            if stop > end:
                break
            if self._closing is not None:
                if first & 0x0F == Opcode.CLOSE:
                    self.transport.close()
                    return
            elif first == TEXT and self._parser is None:
                self._text(apply_mask(data[body:stop], data[body - 4 : body]))
            elif first == TEXT | COMPRESSED and self.deflate and self._parser is None:
                self._inflate(apply_mask(data[body:stop], data[body - 4 : body]))
            elif first != PONG:
                self._odd(data[at:stop])
            at = stop
        if at < end:
            self._partial = data[at:]

    def _text(self, payload: bytes) -> None:
        if not payload.isascii():
            try:
                payload.decode()
            except UnicodeDecodeError:
                self.close(INVALID_TEXT, "not UTF-8")
                return
        if self.receiver is not None:
            self.receiver.on_text(payload)

    def _inflate(self, data: bytes) -> None:
        try:
            payload = inflate(data, self._message_max)
        except zlib.error:
            self.close(INVALID_TEXT, "not deflate")
            return
        if payload is None:
            self.close(self._too_big, f"a message has at most {self._message_max} bytes")
        else:
            self._text(payload)

    def _odd(self, data: bytes) -> None:
        parser = self._parser
        if parser is None:
            parser = self._parser = ServerProtocol(state=State.OPEN, max_size=self._message_max)
            if self.deflate:
                parser.extensions = [parser_extension()]
        parser.receive_data(data)
        for event in parser.events_received():
            if isinstance(event, Frame) and not self.closing:
                self._frame(event)
        if isinstance(parser.parser_exc, PayloadTooBig):
            self.close(self._too_big, f"a message has at most {self._message_max} bytes")
        if self.closing:
            return
        answer = b"".join(parser.data_to_send())
        if parser.close_rcvd is not None or (parser.state is not State.OPEN and data[0] & 0x0F == Opcode.CLOSE):
            # The peer has said its last word, a broken one perhaps: there is no answer of its to wait for.
            self._end(answer)
            self.transport.close()
        elif parser.state is not State.OPEN:
            self._end(answer)
        else:
            if answer:
                self._put(answer)
            if parser.current_size is None:
                self._parser = None

    def _frame(self, frame: Frame) -> None:
        """Puts a message together; control frames are answered by the library."""
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return
        if frame.opcode is not Opcode.CONT:
            # The first part says what it is: one byte, kept in front.
            self._message = [b"t" if frame.opcode is Opcode.TEXT else b"b"]
        self._message.append(bytes(frame.data))
        if not frame.fin:
            return
        kind, *parts = self._message
        self._message = []
        if kind == b"t":
            self._text(b"".join(parts))
        elif self.receiver is not None:
            self.receiver.on_binary(b"".join(parts))

    def _end(self, last: bytes) -> None:
        """Writes the last bytes; however the connection ends from here, it has ended after LINGER_S.

        The peer gets that time to read what is under way and to answer: a socket closed with unread bytes would reset,
        and the goodbye be lost. A transport that is closed waits until everything is written, for ever where the peer
        does not read: so it is always aborted in the end.
        """
        if self._closing is None:
            self.transport.write(last)
            self._closing = asyncio.get_running_loop().call_later(LINGER_S, self.transport.abort)
            self._unready()

    def _put(self, data: bytes) -> None:
        self.transport.write(data)
        if self.transport.get_write_buffer_size():
            self._unready()

    def _unready(self) -> None:
        if self.receiver is not None:
            self.receiver.on_unready()
