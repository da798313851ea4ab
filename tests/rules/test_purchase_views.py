from __future__ import annotations

import msgspec

from app.rules.currencies import Money
from app.rules.purchase_views import PurchaseView, view
from tests.rules.shapes import strictly
from tests.rules.test_purchases import BOUGHT


def test_a_purchase_as_its_viewer_sees_it() -> None:
    """Money has its exponent; the checkout is told while it can be paid, and no more afterwards."""
    bought = msgspec.structs.replace(BOUGHT, checkout_url="http://here/checkout/cs")
    credited = msgspec.structs.replace(bought, status="credited", credited_ms=7, back_minor=333)

    assert (Money(999, "EUR", 2), Money(159, "EUR", 2), "http://here/checkout/cs") == (
        view(bought, None).price,
        view(bought, None).tax,
        view(bought, None).checkout_url,
    )
    assert view(bought, None).credited_ms is None
    assert (7, None, 5, Money(333, "EUR", 2)) == (
        view(credited, 5).credited_ms,
        view(credited, 5).checkout_url,
        view(credited, 5).withdraw_until_ms,
        view(credited, 5).refunded,
    )
    assert view(credited, 5) == strictly(msgspec.json.encode(view(credited, 5)), PurchaseView)
