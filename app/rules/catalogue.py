"""The gifts that can be sent: data, versioned, keyed by id."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from app.rules.rooms import Kind

FILE = Path(__file__).with_name("data") / "catalogue.json"

Tier = Literal["ribbon", "float", "banner", "scene"]


BOTH: tuple[Kind, ...] = ("live", "video")


class Gift(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One gift. `names` by language; `countries` empty: all; times in ms since 1970; `scopes`: kinds of rooms."""

    id: str
    name: str
    names: dict[str, str] = {}
    price_coins: int
    tier: Tier
    streakable: bool = msgspec.field()
    animation: str
    sound: str
    from_ms: int | None = None
    until_ms: int | None = None
    countries: tuple[str, ...] = ()
    scopes: tuple[Kind, ...] = BOTH

    def available(self, now_ms: int, country: str | None) -> bool:
        """Whether it can be sent at that time from that country."""
        return (
            (self.from_ms is None or now_ms >= self.from_ms)
            and (self.until_ms is None or now_ms < self.until_ms)
            and (not self.countries or country in self.countries)
        )


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All gifts of one version."""

    version: int
    gifts: tuple[Gift, ...]

    def by_id(self) -> dict[str, Gift]:
        """The gifts by their id."""
        return {gift.id: gift for gift in self.gifts}


def parse(text: bytes) -> Catalogue:
    """A catalogue from its JSON.

    Raises:
        ValueError: it has the wrong shape, an id twice, or a price that is not positive.
    """
    catalogue = msgspec.json.decode(text, type=Catalogue)
    ids = [gift.id for gift in catalogue.gifts]
    if len(set(ids)) != len(ids):
        raise ValueError("the catalogue has an id twice")
    for gift in catalogue.gifts:
        if gift.price_coins < 1:
            raise ValueError(f"{gift.id}: a price is at least one coin")
        if not gift.scopes:
            raise ValueError(f"{gift.id}: it is for no kind of room")
    return catalogue


def load() -> Catalogue:
    """The catalogue that ships with Fanfare."""
    return parse(FILE.read_bytes())
