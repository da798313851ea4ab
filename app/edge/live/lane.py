"""A WebSocket connection after uvicorn's handshake, as an asyncio protocol: no task, queue or parser object for each.

It parses what the peer sends, a bounded number of frames in one turn of the event loop. While the rest waits for later
turns, nothing more is read. Frames of every kind are reported to the receiver, which counts all of them.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Any, Protocol

from websockets.exceptions import ProtocolError
from websockets.frames import Close, Opcode
from websockets.speedups import apply_mask

from app.edge.live.deflate import COMPRESSED, Broadcast, inflate
from app.edge.live.frames import CLOSE, FIN, PING, PONG, TEXT, close_frame, header
from app.edge.live.turns import Turns

LINGER_S = 5.0
# So many frames in one turn of the event loop; a big one counts as several.
FRAMES_A_TURN, BYTES_AS_FRAME = 32, 1024
PARTS_MAX = 128
# After our close frame, so many bytes are searched for the peer's. Beyond that, a pause follows each read.
IGNORED_BYTES_MAX, IGNORED_PAUSE_S = 64 * 1024, 0.05
CONTROL_MAX = 125
RESERVED, OPCODE = 0x70, 0x0F
PROTOCOL_ERROR = 1002
INVALID_TEXT = 1007
MESSAGE_TOO_BIG = 1009
SERVICE_RESTART = 1012


class Receiver(Protocol):
    """Who takes what arrives on a connection."""

    def on_text(self, payload: bytes) -> None:
        """A text message, valid UTF-8."""

    def on_binary(self, payload: bytes) -> None:
        """A binary message."""

    def on_other(self, size: int) -> bool:
        """A control frame, a fragment, or a read that brought no whole frame; False where a ping is not answered."""

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
        turns: where frames wait that are too many for one turn of the event loop.
        message_max: bytes of a message; a longer one closes with `too_big`.
        deflate: whether shared deflate was negotiated.
        connections: uvicorn's set of connections, which a stopping server looks at.
        descriptor: the transport's socket, where bytes may be written to it past the transport.
        ended: called when the transport is gone.
    """

    __slots__ = (
        "_at",
        "_closing",
        "_connections",
        "_descriptor",
        "_ended",
        "_first",
        "_ignored",
        "_message_max",
        "_parts",
        "_rest",
        "_size",
        "_too_big",
        "_turns",
        "_waiting",
        "deflate",
        "heard",
        "receiver",
        "transport",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        receiver: Receiver | None,
        turns: Turns,
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
        self._turns = turns
        # What has arrived and was not taken yet begins at `_at` of `_rest`: half a frame, or what waits for its turn.
        self._rest = b""
        self._at = 0
        self._waiting = False
        # The parts of a message that is not complete, the first byte of its first frame, and the bytes so far.
        self._parts: list[bytes] = []
        self._first = self._size = 0
        self._closing: asyncio.TimerHandle | None = None
        self._ignored = 0

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
        """Sends a close frame. The connection ends with the peer's answer, or soon without it; then comes `on_lost`."""
        if not self.closing:
            self._end(close_frame(code, reason))

    def shutdown(self) -> None:
        """uvicorn calls this when the server stops."""
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
        receiver, self.receiver = self.receiver, None
        self._rest, self._parts = b"", []
        if receiver is not None:
            receiver.on_lost()

    def data_received(self, data: bytes) -> None:
        """asyncio's callback."""
        self.heard = True
        if self._closing is not None:
            self._ignored += len(data)
            if self._ignored > IGNORED_BYTES_MAX:
                # Thrown away, and slowly: so a peer that goes on sending costs very little, and one that reads only
                # when it has sent everything still gets our close frame.
                self._rest = b""
                self._pause()
                asyncio.get_running_loop().call_later(IGNORED_PAUSE_S, self._read_on)
                return
        if self._rest:
            data, self._at = self._rest[self._at :] + data, 0
        if self._waiting:
            self._rest = data
        else:
            self._take(data, 0)

    def _take(self, data: bytes, at: int) -> None:
        """Takes the frames of `data` from `at` on, as many as one turn allows, and keeps what is left."""
        begin, end, more = at, len(data), FRAMES_A_TURN
        while end - at >= 2:
            first, length, body = data[at], data[at + 1] - 128, at + 6
            if length >= 126:
                body = at + (8 if length == 126 else 14)
                if end < body:
                    break
                length = int.from_bytes(data[at + 2 : body - 4], "big")
            if not 0 <= length <= self._message_max:
                self._rest = b""
                self._fail("not masked") if length < 0 else self._too_long()
                return
            stop = body + length
            if stop > end:
                break
            if more <= 0:
                self._wait(data, at)
                return
            more -= 1 + length // BYTES_AS_FRAME
            if self._closing is not None:
                if first == CLOSE:
                    self.transport.close()
                    return
            elif first == TEXT and not self._parts:
                self._text(apply_mask(data[body:stop], data[body - 4 : body]))
            else:
                self._rare(first, apply_mask(data[body:stop], data[body - 4 : body]))
            at = stop
        self._rest = data[at:]
        if at == begin and end and self._closing is None and self.receiver is not None:
            self.receiver.on_other(0)

    def _wait(self, data: bytes, at: int) -> None:
        """Leaves the frames from `at` on for a later turn; until then the peer is not read from."""
        self._rest, self._at, self._waiting = data, at, True
        self._pause()
        self._turns.later(self._go_on)

    def _go_on(self) -> None:
        data, at, self._rest, self._at, self._waiting = self._rest, self._at, b"", 0, False
        if data:
            self._take(data, at)
        if not self._waiting:
            self._read_on()

    def _pause(self) -> None:
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def _read_on(self) -> None:
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def _text(self, payload: bytes) -> None:
        if not payload.isascii():
            try:
                payload.decode()
            except UnicodeDecodeError:
                self.close(INVALID_TEXT, "not UTF-8")
                return
        if self.receiver is not None:
            self.receiver.on_text(payload)

    def _rare(self, first: int, payload: bytes) -> None:
        """Everything but a text message in one plain frame: a close frame, a compressed message, or another frame."""
        if first == CLOSE:
            self._goodbye(payload)
        elif first == TEXT | COMPRESSED and self.deflate and not self._parts:
            self._message(first, payload)
        else:
            self._other(first, payload)

    def _other(self, first: int, payload: bytes) -> None:
        """Control frames, fragments, binary messages, and frames that the standard forbids."""
        welcome = self.receiver is None or self.receiver.on_other(len(payload))
        opcode = first & OPCODE
        if self.closing:
            # The receiver has closed it: the budget is used up.
            return
        begins = opcode in (Opcode.TEXT, Opcode.BINARY)
        if first & RESERVED not in ((0, COMPRESSED) if self.deflate and begins else (0,)):
            self._fail("reserved bits")
        elif begins or opcode == Opcode.CONT:
            self._part(first, payload)
        elif first not in (PING, PONG) or len(payload) > CONTROL_MAX:
            self._fail("not a frame")
        elif first == PING and welcome:
            self._put(header(PONG, len(payload)) + payload)

    def _part(self, first: int, payload: bytes) -> None:
        """A fragment of a message; it may be the only one."""
        if (first & OPCODE == Opcode.CONT) != bool(self._parts):
            self._fail("parts of two messages")
            return
        if not self._parts:
            self._first, self._size = first, 0
        self._parts.append(payload)
        self._size += len(payload)
        if self._size > self._message_max or len(self._parts) > PARTS_MAX:
            self._too_long()
        elif first & FIN:
            whole, self._parts = b"".join(self._parts), []
            self._message(self._first, whole)

    def _message(self, first: int, data: bytes) -> None:
        """A message that came in parts, or compressed, or is binary."""
        if first & COMPRESSED:
            try:
                inflated = inflate(data, self._message_max)
            except zlib.error:
                self.close(INVALID_TEXT, "not deflate")
                return
            if inflated is None:
                self._too_long()
                return
            data = inflated
        if first & OPCODE == Opcode.TEXT:
            self._text(data)
        elif self.receiver is not None:
            self.receiver.on_binary(data)

    def _goodbye(self, payload: bytes) -> None:
        """The peer's close frame, valid or not: answers it and closes at once, since nothing follows it."""
        answer = header(CLOSE, len(payload)) + payload
        try:
            if len(payload) > CONTROL_MAX:
                raise ProtocolError("too long")
            Close.parse(payload)
        except ProtocolError as error:
            answer = close_frame(PROTOCOL_ERROR, str(error))
        except UnicodeDecodeError:
            answer = close_frame(INVALID_TEXT, "not UTF-8")
        self._end(answer)
        self.transport.close()

    def _fail(self, why: str) -> None:
        self.close(PROTOCOL_ERROR, why)

    def _too_long(self) -> None:
        self.close(self._too_big, f"a message has at most {self._message_max} bytes and {PARTS_MAX} parts")

    def _end(self, last: bytes) -> None:
        """Writes the last bytes, and makes sure that the connection has ended after LINGER_S.

        In that time the peer can read what was sent and answer. A socket with unread bytes that is closed at once is
        reset, and our close frame is lost. A closed transport waits until everything is written, which is for ever
        where the peer does not read, so at the end it is aborted.
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
