"""Transfers for tests."""

from __future__ import annotations

from typing import Any

from app.rails.payouts.rail import Transfer
from app.rules.currencies import money

NOW_MS = 1_795_000_000_000
IBAN = "DE89370400440532013000"


def transfer(minor: int = 1234, currency: str = "USD", **changed: Any) -> Transfer:
    """A payout of so many minor units."""
    fields: dict[str, Any] = {
        "id": "0195f0c0aa",
        "destination": {"email": "ann@example.com"},
        "amount": money(minor, currency),
        "since_ms": NOW_MS,
    }
    return Transfer(**{**fields, **changed})


def to_iban(minor: int = 1234, currency: str = "EUR", **changed: Any) -> Transfer:
    """A payout to a bank account within the SEPA."""
    return transfer(minor, currency, **{"destination": {"name": "Ann Ames", "iban": IBAN}, **changed})
