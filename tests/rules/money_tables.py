"""Small tables of money for tests: one version each, with the fields changed that a test is about."""

from __future__ import annotations

import json
from typing import Any

from app.rules import prices, rates
from app.rules.prices import PriceBook
from app.rules.rates import RateCard
from app.rules.taxes import Withholding

FROM = "2026-01-01T00:00:00Z"
FROM_MS = 1_767_225_600_000
NOTHING_WITHHELD = Withholding(0, "nothing is withheld", "t")


def file_of(table: str, *versions: dict[str, Any]) -> bytes:
    """A file with these versions."""
    return json.dumps({"table": table, "versions": versions}).encode()


def shelf(**changed: Any) -> dict[str, Any]:
    """What a channel sells."""
    packages = [{"id": "small", "coins": 70, "price": "1"}, {"id": "large", "coins": 700, "price": "10", "bonus": 7}]
    return {"packages": packages, "exact": {"min_coins": 10, "max_coins": 5000, "per_100": "2"}, **changed}


def book_fields(**changed: Any) -> dict[str, Any]:
    """A price book, as it stands in a file."""
    fields = {
        "id": "DE-1",
        "country": "DE",
        "from": FROM,
        "currency": "EUR",
        "tax": {"name": "VAT", "ppm": 190_000, "included": True},
        "web": shelf(),
        "app": shelf(),
    }
    return {**fields, **changed}


def book(**changed: Any) -> PriceBook:
    """A price book."""
    fields = book_fields(**changed)
    return prices.parse(file_of("prices", fields)).by_id(fields["id"])


def card_fields(**changed: Any) -> dict[str, Any]:
    """A rate card, as it stands in a file."""
    fields = {
        "id": "any-1",
        "country": "*",
        "from": FROM,
        "currency": "USD",
        "award_ppm": 1_000_000,
        "diamond_value_micros": 5000,
        "service_fee_ppm": 0,
        "minimum": "10",
        "maximum_per_day": "1000",
        "hold_days": 7,
    }
    return {**fields, **changed}


def card(**changed: Any) -> RateCard:
    """A rate card."""
    fields = card_fields(**changed)
    return rates.parse(file_of("rates", fields)).by_id(fields["id"])
