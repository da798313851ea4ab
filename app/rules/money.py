"""Coins to diamonds, in integers. Coins are whole; diamonds are thousandths inside and decimals outside."""

from __future__ import annotations

import re
from typing import NamedTuple

MILLI = 1000
PPM = 1_000_000
_DIAMONDS = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,3}))?", re.ASCII)


class Award(NamedTuple):
    """What a gift earns, in milli-diamonds: the streamer's part and the platform's. They add up to coins x 1000."""

    streamer: int
    platform: int


class Terms(NamedTuple):
    """The versions under which a gift is sold: of the catalogue, and the rate card with its diamonds for a coin."""

    catalogue: int
    card: str
    award_ppm: int


def award(coins: int, award_ppm: int) -> Award:
    """Splits a gift's coins by the rate card. Rounded down for the streamer; what is left over is the platform's."""
    streamer = coins * MILLI * award_ppm // PPM
    return Award(streamer, coins * MILLI - streamer)


def milli_of(text: str) -> int:
    """Diamonds as people write them, a decimal with up to three places, in thousandths.

    Raises:
        ValueError: it is no such number.
    """
    found = _DIAMONDS.fullmatch(text)
    if found is None:
        raise ValueError(f"diamonds with up to three decimals are expected, like 2000 or 2000.5; it is {text[:40]!r}")
    return int(found[1]) * MILLI + int((found[2] or "").ljust(3, "0"))


def diamonds_text(milli: int) -> str:
    """Milli-diamonds as people read them: a decimal with up to three places."""
    whole, rest = divmod(milli, MILLI)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)
