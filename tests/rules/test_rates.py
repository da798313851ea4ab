from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.rules import rates
from app.rules.currencies import EXPONENTS
from app.rules.tables import BadTable
from tests.rules.money_tables import card, card_fields, file_of

SHIPPED = rates.parse((Path(rates.__file__).with_name("data") / "rates.json").read_bytes())
LATER_MS = 2**45


def test_what_ships_by_default() -> None:
    """A coin is a diamond, a diamond half a cent, ten to a thousand dollars a day, after seven days."""
    default = SHIPPED.at("PL", LATER_MS)
    assert default is not None

    assert (1_000_000, 5000, "USD", 7) == (
        default.award_ppm,
        default.diamond_value_micros,
        default.currency,
        default.hold_days,
    )
    assert ("10.00 USD", "1000.00 USD") == (str(default.least), str(default.most_per_day))


def test_what_ships_covers_the_countries() -> None:
    """Each country that has prices has a card in its own currency, with all kinds of decimals among them."""
    countries = SHIPPED.countries(LATER_MS)
    cards = [SHIPPED.own(code, LATER_MS) for code in countries]

    assert {"US", "GB", "DE", "FR", "JP", "KR", "BR", "ID", "TR", "AE", "KW"} == set(countries)
    assert {0, 2, 3} == {EXPONENTS[found.currency] for found in cards if found}


def test_a_card_as_people_see_it() -> None:
    """Amounts are money, the hold is in seconds, and a setting may replace it."""
    seen = msgspec.to_builtins(card(currency="KWD", minimum="3", maximum_per_day="300.500").view())

    assert {
        "id": "any-1",
        "award_ppm": 1_000_000,
        "diamond_value_micros": 5000,
        "currency": "KWD",
        "service_fee_ppm": 0,
        "minimum": {"minor": 3000, "currency": "KWD", "exponent": 3},
        "maximum_per_day": {"minor": 300_500, "currency": "KWD", "exponent": 3},
        "hold_s": 604_800,
    } == seen
    assert 20 == card().view(hold_s=20).hold_s


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"currency": "usd"}, '.currency: a currency of ISO 4217 is expected, it is "usd"'),
        ({"minimum": "0"}, ".minimum: an amount above zero and not above maximum_per_day is expected"),
        ({"minimum": "1000.01"}, ".minimum: an amount above zero and not above maximum_per_day is expected"),
        ({"maximum_per_day": "1.234"}, ".maximum_per_day: USD has 2 decimals, 1.234 has more"),
        ({"service_fee_ppm": 500_001}, '.service_fee_ppm: expected "int" <= 500000'),
        ({"award_ppm": -1}, '.award_ppm: expected "int" >= 0'),
        ({"diamond_value_micros": 0}, '.diamond_value_micros: expected "int" >= 1'),
        ({"hold_days": 1.5}, ".hold_days: a whole number is expected, it is a number with decimals"),
        ({"hold_s": 20}, ': object contains unknown field "hold_s"'),
    ],
)
def test_bad_cards(change: dict[str, Any], said: str) -> None:
    """What a card contradicts is said with its path."""
    with pytest.raises(BadTable) as raised:
        rates.parse(file_of("rates", card_fields(**change)))

    assert [f"versions[0] (any-1){said}"] == [str(mistake) for mistake in raised.value.mistakes]
