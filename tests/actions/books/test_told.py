from __future__ import annotations

from app.actions.books.told import TOLD
from app.rules.entries import Adjustment, Purchase, Refund, Withdrawal


def test_whoever_waits_for_an_entry_is_told() -> None:
    """Purchases, what undoes them by us, and adjustments have somebody who writes down what became of them."""
    assert {Purchase, Withdrawal, Refund, Adjustment} <= set(TOLD)
