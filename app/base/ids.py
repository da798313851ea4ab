"""UUIDv7: ids that carry the time at which they were made (RFC 9562, 5.7)."""

from __future__ import annotations

import re
import secrets

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def uuid7(now_ms: int) -> str:
    """A new UUIDv7 for that time in milliseconds since 1970."""
    value = (now_ms << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid7(text: str) -> bool:
    """Whether this is a UUIDv7 in lower case, as it is written everywhere here."""
    return UUID7.fullmatch(text) is not None


def time_of(uuid: str) -> int:
    """The time in milliseconds since 1970 that a UUIDv7 carries."""
    return int(uuid[:8] + uuid[9:13], 16)
