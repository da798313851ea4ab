"""WebSocket frames as bytes, built once and written to many (RFC 6455, 5.2). A server's frames are not masked."""

from __future__ import annotations

from websockets.frames import Close

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
PING_FRAME = bytes((PING, 0))


def header(first: int, length: int) -> bytes:
    """The header of a frame whose first byte is `first`."""
    if length < 126:
        return bytes((first, length))
    if length < 65536:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


def text_frame(payload: bytes) -> bytes:
    """A whole text message in one frame."""
    return header(TEXT, len(payload)) + payload


def close_frame(code: int, reason: str) -> bytes:
    """A close frame; the reason is at most 123 bytes of UTF-8."""
    payload = Close(code, reason).serialize()
    return header(CLOSE, len(payload)) + payload


def payload_of(frame: bytes) -> bytes:
    """The payload of one of our own frames."""
    length = frame[1]
    return frame[2 if length < 126 else 4 if length == 126 else 10 :]
