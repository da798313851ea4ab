"""Ids that carry the moment at which a gift was meant to be sent, to a quarter of a microsecond (RFC 9562, 6.2).

Any process reads the latency out of an id that another one made; no table of gifts has to be shared.
"""

from __future__ import annotations

import random

FRACTIONS = 4096


def new_id(at_s: float, tag: str, chance: random.Random) -> str:
    """A UUIDv7 for a time in seconds since 1970. `tag` is four hexadecimal digits that all ids of a run share."""
    parts = int(at_s * 1000 * FRACTIONS)
    ms, fraction = divmod(parts, FRACTIONS)
    text = f"{ms:012x}"
    return f"{text[:8]}-{text[8:]}-7{fraction:03x}-8{chance.getrandbits(12):03x}-{tag}{chance.getrandbits(32):08x}"


def is_ours(gift_id: str, tag: str) -> bool:
    """Whether an id belongs to this run."""
    return gift_id[24:28] == tag


def time_of(gift_id: str) -> float:
    """The time in seconds since 1970 that an id carries."""
    ms = int(gift_id[:8] + gift_id[9:13], 16)
    return (ms + int(gift_id[15:18], 16) / FRACTIONS) / 1000
