from __future__ import annotations

from app.rules import catalogue, rates
from app.rules.terms import KEPT_MS, GiftTerms
from tests.rules.money_tables import card_fields, file_of
from tests.world import TARIFF

BEGINS_MS = 1_780_272_000_000  # 2026-06-01
CARDS = [
    card_fields(award_ppm=900_000),
    card_fields(id="DE-1", country="DE", award_ppm=500_000),
    card_fields(id="DE-2", country="DE", award_ppm=400_000, **{"from": "2026-06-01T00:00:00Z"}),
]
RATES = TARIFF._replace(rates=rates.parse(file_of("rates", *CARDS)))


def test_a_receiver_earns_by_the_card_of_their_country() -> None:
    """The platform's word on the receiver's country counts, else the platform's own; all others have a card too."""
    terms = GiftTerms(7, RATES, "DE", None)

    assert [(7, "DE-1", 500_000), (7, "DE-1", 500_000), (7, "any-1", 900_000)] == [
        terms.of(country, BEGINS_MS - 1) for country in ("DE", None, "NZ")
    ]


def test_a_card_counts_when_it_has_begun() -> None:
    """A card is kept for a second at most, whichever way the clock goes."""
    terms = GiftTerms(7, RATES, "DE", None)
    moments = [-KEPT_MS, 0, 10 * KEPT_MS, -5 * KEPT_MS]

    assert ["DE-1", "DE-2", "DE-2", "DE-1"] == [terms.of("DE", BEGINS_MS + moment).card for moment in moments]


def test_a_setting_replaces_the_award() -> None:
    """The entry names the country's card all the same: its hold and its worth count."""
    assert (7, "DE-1", 123) == GiftTerms(7, RATES, "US", 123).of("DE", BEGINS_MS - 1)


def test_a_video_takes_gifts_of_its_range() -> None:
    """A live room takes each gift that is for one; a video those between its prices that are for videos as well."""
    terms, gifts = GiftTerms(7, RATES, "US", None, on_video=(5, 999)), catalogue.load().by_id()
    on_video = {gift.id for gift in gifts.values() if terms.sells(gift, "video")}

    assert all(terms.sells(gift, "live") for gift in gifts.values())
    assert {gift.id for gift in gifts.values() if 5 <= gift.price_coins <= 999} - on_video == {"disco_ball"}
    assert {"heart", "crown", "swan"} <= on_video <= {gift.id for gift in gifts.values() if gift.price_coins <= 999}
