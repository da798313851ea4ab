"""Shared deflate (RFC 7692): a room's frame is compressed once for all who can read it.

That needs connections whose messages do not depend on each other: no context takeover, either way, and one window size.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from websockets.exceptions import NegotiationError
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.typing import ExtensionParameter

from app.edge.live.frames import TEXT, header, text_frame

WINDOW_BITS = 12
COMPRESSED = 0x40
# A smaller frame is one packet, compressed or not.
COMPRESS_MIN = 200
FRAME_BYTES = 16 * 1024
LEVEL = 3
TAIL = b"\x00\x00\xff\xff"


class SharedDeflateFactory(ServerPerMessageDeflateFactory):
    """Negotiates deflate without context takeover; a client that wants a smaller window gets none."""

    def __init__(self) -> None:
        super().__init__(
            server_no_context_takeover=True,
            client_no_context_takeover=True,
            server_max_window_bits=WINDOW_BITS,
        )

    def process_request_params(
        self, params: Sequence[ExtensionParameter], accepted_extensions: Sequence[object]
    ) -> tuple[list[ExtensionParameter], PerMessageDeflate]:
        """Raises NegotiationError where shared frames could not be read."""
        answer, extension = super().process_request_params(params, accepted_extensions)  # type: ignore[arg-type]
        if extension.local_max_window_bits != WINDOW_BITS:
            raise NegotiationError("unsupported server_max_window_bits")
        return answer, extension


class Broadcast:
    """Messages for many connections, as frames in one write: built once, the compressed ones only for a reader.

    A busy tick is cut into frames of some 16 KB, so that a client can show the first before it has read the last.
    """

    __slots__ = ("_deflated", "_payloads", "plain")

    def __init__(self, messages: Iterable[bytes]) -> None:
        self._payloads = [b"[" + b",".join(group) + b"]" for group in _groups(messages)]
        self._deflated: bytes | None = None
        self.plain = b"".join(map(text_frame, self._payloads))

    @property
    def deflated(self) -> bytes:
        """The frames for connections with shared deflate."""
        if self._deflated is None:
            self._deflated = b"".join(map(_smaller_frame, self._payloads))
        return self._deflated


def _groups(messages: Iterable[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for message in messages:
        if group and size + len(message) > FRAME_BYTES:
            yield group
            group, size = [], 0
        group.append(message)
        size += len(message)
    yield group


def _smaller_frame(payload: bytes) -> bytes:
    return text_frame(payload) if len(payload) < COMPRESS_MIN else deflated_text_frame(payload)


def deflated_text_frame(payload: bytes) -> bytes:
    """A whole compressed text message in one frame."""
    deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -WINDOW_BITS)
    data = deflater.compress(payload) + deflater.flush(zlib.Z_SYNC_FLUSH)
    data = data[: -len(TAIL)]
    return header(TEXT | COMPRESSED, len(data)) + data


def inflate(data: bytes, size_max: int) -> bytes | None:
    """A compressed message's payload; None where it is longer than `size_max` bytes.

    Raises:
        zlib.error: it is not deflate.
    """
    payload = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data + TAIL, size_max + 1)
    return payload if len(payload) <= size_max else None
