from __future__ import annotations

import msgspec

from app.rules import policies
from app.rules.packages import packages
from tests.rules.money_tables import FROM, FROM_MS, book, file_of, shelf

POLICY = policies.parse(
    file_of("policies", {"id": "DE-1", "country": "DE", "from": FROM, "withdrawal_days": 14, "wording": "withdrawal"})
).by_id("DE-1")
LABELS = {"de": "Zehn mehr"}
OFFER = {
    "label": "Ten more",
    "labels": LABELS,
    "from": FROM,
    "until": "2026-02-01T00:00:00Z",
    "bonus": 10,
    "price": "0.90",
}
UNTIL_MS = 1_769_904_000_000
BOOK = book(web=shelf(packages=[{"id": "p", "coins": 90, "price": "1", "offers": [OFFER]}]))


def euro(minor: int) -> dict[str, object]:
    """So many cents."""
    return {"minor": minor, "currency": "EUR", "exponent": 2}


def test_what_is_sold() -> None:
    """The answer has the country's prices with their tax, the offer beside the usual price, and the right to undo."""
    told = msgspec.to_builtins(packages(BOOK, POLICY, "web", FROM_MS, ("demo",)))

    assert {
        "country": "DE",
        "currency": "EUR",
        "channel": "web",
        "price_book": "DE-1",
        "tax": {"included": True, "ppm": 190_000, "name": "VAT"},
        "packages": [
            {
                "id": "p",
                "coins": 90,
                "bonus": 10,
                "price": euro(90),
                "tax": euro(14),
                "per_100": euro(90),
                "offer": {
                    "label": "Ten more",
                    "labels": LABELS,
                    "until_ms": UNTIL_MS,
                    "usual_price": euro(100),
                    "usual_bonus": 0,
                },
            }
        ],
        "exact": {"min_coins": 10, "max_coins": 5000, "per_100": euro(200)},
        "refund_days": 14,
        "wording": "withdrawal",
        "providers": ["demo"],
    } == {**told, "providers": [*told["providers"]], "packages": [*told["packages"]]}


def test_an_offer_that_is_over_is_not_told() -> None:
    """From its end on a package is what it was."""
    (package,) = packages(BOOK, POLICY, "web", UNTIL_MS, ()).packages

    assert (None, 0, 100) == (package.offer, package.bonus, package.price.minor)


def test_prices_are_told_with_the_tax_that_comes_on_top() -> None:
    """Where the book's prices are without tax, what is told is what is paid."""
    on_top = book(tax={"name": "Sales tax", "ppm": 100_000, "included": False})
    told = packages(on_top, POLICY, "web", FROM_MS, ())

    assert [(110, 10), (1100, 100)] == [(one.price.minor, one.tax.minor) for one in told.packages]
    assert 220 == told.exact.per_100.minor
