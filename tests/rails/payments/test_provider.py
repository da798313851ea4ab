from __future__ import annotations

from app.archive.archive import Archive
from app.base.clock import now_ms
from app.rails.payments.demo import DemoPayments
from app.rails.payments.provider import Payments
from app.rails.payments.stripe import StripePayments


async def test_each_provider_is_one(archive: Archive) -> None:
    """Whatever is set up can be used in the same way."""
    providers: list[Payments] = [DemoPayments(archive, ("s",), now_ms), StripePayments("sk_test", ("s",))]

    assert ["demo", "stripe"] == [provider.name for provider in providers]
    assert ["Fanfare-Signature", "Stripe-Signature"] == [provider.signature_header for provider in providers]
    for provider in providers:
        await provider.close()
