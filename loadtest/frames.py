"""WebSocket frames as a client sees them (RFC 6455, 5.2): made by hand and read with as little work as can be.

All viewers of a room get the same bytes: a frame that one of them has read is recognised by comparing, not read again.
"""

from __future__ import annotations

import secrets
from typing import Any

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
MEMO_MAX = 256
# What is said to one connection alone is not worth remembering.
PRIVATE = (
    b'[{"type":"gift_accepted"',
    b'[{"type":"error"',
    b'[{"type":"welcome"',
    b'[{"type":"wallet_changed"',
    b'[{"type":"resync"',
    b'[{"type":"pong"',
)


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """A whole message in one frame, masked as a client must."""
    length = len(payload)
    if length < 126:
        head = bytes((0x80 | opcode, 0x80 | length))
    elif length < 65536:
        head = bytes((0x80 | opcode, 0xFE)) + length.to_bytes(2, "big")
    else:
        head = bytes((0x80 | opcode, 0xFF)) + length.to_bytes(8, "big")
    key = secrets.token_bytes(4)
    mask = (key * (length // 4 + 1))[:length]
    return head + key + (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(length, "big")


class Frame:
    """A frame that was read. `content` is what its first reader made of it; `next` the shared frame seen after it."""

    __slots__ = ("content", "next", "opcode", "payload", "raw")

    def __init__(self, raw: bytes, opcode: int, payload: bytes) -> None:
        self.raw = raw
        self.opcode = opcode
        self.payload = payload
        self.content: Any = None
        self.next: Frame | None = None


class Memo:
    """The latest frames that were shared by several connections."""

    def __init__(self) -> None:
        self._frames: dict[bytes, Frame] = {}

    def frame(self, raw: bytes, opcode: int, payload: bytes) -> Frame:
        """The frame of these bytes, the known one where it is known."""
        known = self._frames.get(raw)
        if known is None:
            if len(self._frames) >= MEMO_MAX:
                del self._frames[next(iter(self._frames))]
            known = self._frames[raw] = Frame(raw, opcode, payload)
        return known


class FrameReader:
    """Takes one connection's bytes apart. `memo` is shared by the connections of a process."""

    __slots__ = ("_last", "_memo", "_parts", "_rest")

    def __init__(self, memo: Memo) -> None:
        self._memo = memo
        self._rest = b""
        self._last: Frame | None = None
        self._parts: list[bytes] | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete.

        Raises:
            ValueError: a masked frame, or one that continues nothing.
        """
        if self._rest:
            data = self._rest + data
            self._rest = b""
        frames: list[Frame] = []
        at, end = 0, len(data)
        while end - at >= 2:
            last = self._last
            if last is not None and (after := last.next) is not None and data.startswith(after.raw, at):
                frames.append(after)
                self._last = after
                at += len(after.raw)
                continue
            length, body = data[at + 1], at + 2
            if length >= 126:
                if length > 127:
                    raise ValueError("a server's frame is not masked")
                body += 2 if length == 126 else 8
                if end < body:
                    break
                length = int.from_bytes(data[at + 2 : body], "big")
            stop = body + length
            if stop > end:
                break
            frame = self._one(data[at], data[at:stop], data[body:stop])
            if frame is not None:
                frames.append(frame)
            at = stop
        if at < end:
            self._rest = data[at:]
        return frames

    def _one(self, first: int, raw: bytes, payload: bytes) -> Frame | None:
        opcode, final = first & 0x0F, first & 0x80
        if opcode >= CLOSE:
            return Frame(raw, opcode, payload)
        if opcode == 0:
            if self._parts is None:
                raise ValueError("a frame continues nothing")
            self._parts.append(payload)
            if not final:
                return None
            payload, self._parts = b"".join(self._parts), None
            return Frame(raw, TEXT, payload)
        if not final:
            self._parts = [payload]
            return None
        if payload.startswith(PRIVATE):
            return Frame(raw, opcode, payload)
        frame = self._memo.frame(raw, opcode, payload)
        if self._last is not None and self._last is not frame:
            self._last.next = frame
        self._last = frame
        return frame
