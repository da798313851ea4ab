"""Receipts of purchases."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.rules.currencies import Money
from app.rules.prices import Tax
from app.rules.receipts import Buyer, Receipt, receipt
from tests.rules.shapes import strictly
from tests.rules.test_purchases import BOUGHT

BORN_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
ANN, SELLER = Buyer("ann", "Ann"), ["Nova Live GmbH", "1 Night Street", "DE 123"]
CREDITED = msgspec.structs.replace(BOUGHT, status="credited", n=42, credited_ms=BORN_MS, back_minor=333)
VAT = Tax(name="VAT", ppm=190_000, included=True)


def test_a_receipt() -> None:
    """It has a number, a date, who sold and who bought, the price with its tax apart, and what went back."""
    found = receipt(CREDITED, VAT, SELLER, ANN)

    assert found is not None
    assert ("2026-42", BORN_MS, SELLER, ANN, "VAT", 190_000) == (
        found.number,
        found.issued_ms,
        found.seller,
        found.buyer,
        found.tax_name,
        found.tax_ppm,
    )
    assert [Money(minor, "EUR", 2) for minor in (840, 159, 999, 333)] == [
        found.net,
        found.tax,
        found.total,
        found.refunded,
    ]
    assert found == strictly(msgspec.json.encode(found), Receipt)


def test_no_receipt_before_the_coins() -> None:
    """What was not credited has none; one whose price book is gone still says its tax."""
    old = receipt(CREDITED, None, SELLER, ANN)

    assert receipt(BOUGHT, VAT, SELLER, ANN) is None
    assert old is not None
    assert ("Tax", None, 159) == (old.tax_name, old.tax_ppm, old.tax.minor)


@given(minor=st.integers(1, 10**12), data=st.data())
def test_net_and_tax_are_the_total(minor: int, data: st.DataObject) -> None:
    """Whatever was paid, the parts of a receipt add up to it."""
    tax_minor = data.draw(st.integers(0, minor))
    found = receipt(msgspec.structs.replace(CREDITED, minor=minor, tax_minor=tax_minor), VAT, SELLER, ANN)

    assert found is not None
    assert found.total.minor == minor == found.net.minor + found.tax.minor
