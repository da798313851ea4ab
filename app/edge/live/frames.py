"""WebSocket frames as bytes, built once and written to many (RFC 6455, 5.2). A server's frames are not masked."""

from __future__ import annotations

from collections.abc import Iterator

from websockets.frames import Close

# First bytes of whole frames.
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
FIN = 0x80
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


def text_payloads(frames: bytes) -> Iterator[bytes]:
    """The payloads of the text messages in one write of our own, whose frames are whole and not compressed."""
    at = 0
    while at < len(frames):
        length, body = frames[at + 1], at + 2
        if length >= 126:
            body += 2 if length == 126 else 8
            length = int.from_bytes(frames[at + 2 : body], "big")
        if frames[at] == TEXT:
            yield frames[body : body + length]
        at = body + length
