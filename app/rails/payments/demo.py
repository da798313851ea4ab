"""The demo's provider of payments: a checkout page of our own, and webhooks signed like Stripe's."""

from __future__ import annotations

from collections.abc import Sequence

from app.archive import demo_events
from app.archive.archive import Archive
from app.base.clock import Clock
from app.rails.payments.provider import Checkout
from app.rules import demo_checkout
from app.rules.purchases import Purchase


class DemoPayments:
    """Implements `Payments`. Its events wait in the archive; the bookkeeper sends them."""

    name = "demo"
    signature_header = "Fanfare-Signature"

    def __init__(self, archive: Archive, secrets: Sequence[str], clock: Clock) -> None:
        self.secrets = secrets
        self._archive = archive
        self._clock = clock

    async def open_checkout(self, purchase: Purchase, base_url: str, return_url: str) -> Checkout:
        """A page of this server's."""
        session = demo_checkout.session_of(purchase.id)
        return Checkout(session, f"{base_url}/checkout/{session}")

    async def give_back(self, purchase: Purchase, minor: int, key: str) -> None:
        """Nobody's money goes back; its event is sent all the same."""
        events = demo_checkout.refunded(purchase, purchase.back_minor)
        await self._archive.write(demo_events.put, events, self._clock())

    async def close(self) -> None:
        """It has no connections."""
