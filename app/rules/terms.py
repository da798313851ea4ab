"""Under which terms a gift is sold: the catalogue's version, the receiver's rate card, the kind of room."""

from __future__ import annotations

from app.rules.catalogue import Gift
from app.rules.money import Terms
from app.rules.rooms import Kind
from app.rules.tariff import Tariff

# A card that begins counts from the next second on.
KEPT_MS = 1000
VIDEO_GIFTS = (5, 3000)


class GiftTerms:
    """The terms by country, kept for a second each.

    Args:
        catalogue: the catalogue's version.
        tariff: whose rate cards count.
        country: of receivers for whom the platform names none.
        award_ppm: diamonds for a coin, in parts per million, in place of the cards'; None for theirs.
        minors: see rules/minors.py.
        on_video: coins that a gift on a video costs at least and at most.
    """

    def __init__(
        self,
        catalogue: int,
        tariff: Tariff,
        country: str,
        award_ppm: int | None,
        on_video: tuple[int, int] = VIDEO_GIFTS,
        minors: str = "refuse",
    ) -> None:
        self.minors = minors
        self._catalogue = catalogue
        self._tariff = tariff
        self._country = country
        self._award_ppm = award_ppm
        self._on_video = on_video
        self._until_ms = 0
        self._known: dict[str, Terms] = {}

    def sells(self, gift: Gift, kind: Kind) -> bool:
        """Whether a gift is for rooms of that kind."""
        if kind not in gift.scopes:
            return False
        return kind == "live" or self._on_video[0] <= gift.price_coins <= self._on_video[1]

    def of(self, country: str | None, now_ms: int) -> Terms:
        """The terms for a receiver of that country; milliseconds since 1970."""
        if now_ms >= self._until_ms or now_ms < self._until_ms - KEPT_MS:
            self._known.clear()
            self._until_ms = now_ms + KEPT_MS
        country = country or self._country
        found = self._known.get(country)
        if found is None:
            found = self._known[country] = self._look(country, now_ms)
        return found

    def _look(self, country: str, now_ms: int) -> Terms:
        card = self._tariff.rate_card(country, now_ms)
        return Terms(self._catalogue, card.id, card.award_ppm if self._award_ppm is None else self._award_ppm)
