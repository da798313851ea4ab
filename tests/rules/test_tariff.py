from __future__ import annotations

import pytest

from app.actions.read_tariff import read_tariff
from app.base.config import Settings
from app.base.errors import Refusal
from app.rules import policies, prices, rates, taxes
from tests.rules.money_tables import FROM_MS, book_fields, card_fields, file_of

NOW_MS = FROM_MS + 1000
TARIFF = read_tariff(Settings(), NOW_MS)


def test_by_country() -> None:
    """Each country has its own versions where there are some, else those for all others."""
    found = [TARIFF.price_book("JP", NOW_MS), TARIFF.rate_card("JP", NOW_MS), TARIFF.policy("GB", NOW_MS)]
    others = [
        table("PL", NOW_MS) for table in (TARIFF.rate_card, TARIFF.policy, TARIFF.tax_table, TARIFF.promotion_book)
    ]

    assert ["JP-2026-1", "JP-2026-1", "GB-2026-1"] == [version.id for version in found]
    assert ["any-2026-1"] * 4 == [version.id for version in others]


@pytest.mark.parametrize("country", ["PL", "XX", "us", "*", "", "x" * 5000])
def test_unknown_countries(country: str) -> None:
    """A country without prices is refused, with those that have some."""
    with pytest.raises(Refusal) as raised:
        TARIFF.price_book(country, NOW_MS)

    assert "unknown_country" == raised.value.slug
    assert TARIFF.prices.countries(NOW_MS) == raised.value.details["countries"]


def test_gaps_are_found_before_they_matter() -> None:
    """A platform whose own country has no price book, or a table without a version for all others, is told."""
    alone = file_of("rates", card_fields(country="DE"))
    books = prices.parse(file_of("prices", book_fields()))
    tariff = TARIFF._replace(prices=books, rates=rates.parse(alone))

    assert [] == list(TARIFF.gaps("US", NOW_MS))
    assert ["prices", "rates"] == [name for name, _ in tariff.gaps("US", NOW_MS)]
    assert ["rates", "taxes", "policies", "promotions", "fraud"] == [
        name for name, _ in tariff.gaps("DE", FROM_MS - 1)
    ][1:]
    assert (taxes.NAME, policies.NAME) == ("taxes", "policies")
