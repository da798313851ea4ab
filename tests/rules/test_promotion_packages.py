from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.base.errors import Refusal
from app.rules import promotion_packages
from app.rules.tables import BadTable
from tests.rules.money_tables import FROM, file_of

SHIPPED = promotion_packages.parse(
    (Path(promotion_packages.__file__).with_name("data") / "promotions.json").read_bytes()
)
SMALL: dict[str, Any] = {"id": "small", "coins": 10, "impressions": 100, "hours": 1}
BOOK: dict[str, Any] = {"id": "any-1", "country": "*", "from": FROM, "packages": [SMALL]}


def test_what_ships() -> None:
    """Larger packages cost more, and an impression in them costs less."""
    book = SHIPPED.at("US", 2**45)
    assert book is not None
    prices = [package.coins / package.impressions for package in book.packages]

    assert sorted(prices, reverse=True) == prices
    assert (500, 1000, 1) == (
        book.package("full_house").coins,
        book.package("full_house").impressions,
        book.package("full_house").hours,
    )


def test_unknown_packages() -> None:
    """A package that is not sold is refused by its slug."""
    with pytest.raises(Refusal, match="unknown_package"):
        promotion_packages.parse(file_of("promotions", BOOK)).by_id("any-1").package("large")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"packages": []}, '.packages: expected "array" of length >= 1'),
        ({"packages": [{**SMALL, "coins": 0}]}, '.packages[0].coins: expected "int" >= 1'),
        ({"packages": [{**SMALL, "impressions": 10**6}]}, '.packages[0].impressions: expected "int" <= 100000'),
        ({"packages": [{**SMALL, "hours": 169}]}, '.packages[0].hours: expected "int" <= 168'),
        (
            {"packages": [SMALL, SMALL]},
            ".packages[1].id: an id of its own is expected, that of packages[0] is the same",
        ),
        ({"country": "EU"}, '.country: the two letters of a country or "*" are expected, it is "EU"'),
    ],
)
def test_bad_books(change: dict[str, Any], said: str) -> None:
    """What is wrong is said with its path."""
    with pytest.raises(BadTable) as raised:
        promotion_packages.parse(file_of("promotions", {**BOOK, **change}))

    assert [f"versions[0] (any-1){said}"] == [str(mistake) for mistake in raised.value.mistakes]
