"""The short form under which the archive finds an entry by the name of its intent."""

from __future__ import annotations

from hashlib import blake2b

from app.base.ids import is_uuid7

BYTES = 16
_TIME_BYTES = 6
_UUID_CHARACTERS = 36


def short(key: str) -> bytes:
    """16 bytes that stand for an entry's key.

    Where the key ends in a UUIDv7, as a gift's does, they begin with its time: so an index grows at its end, instead of
    being written to in all of its pages.
    """
    tail = key[-_UUID_CHARACTERS:]
    if not is_uuid7(tail):
        return blake2b(key.encode(), digest_size=BYTES).digest()
    return bytes.fromhex(tail[:8] + tail[9:13]) + blake2b(key.encode(), digest_size=BYTES - _TIME_BYTES).digest()
