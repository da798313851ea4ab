"""The demo's rail: pays after a moment, and does on purpose what other rails do by chance.

What happens follows from the destination and the clock alone, so that it survives every restart: a destination with
`decline` in it fails, `return` comes back, `unclaimed` waits and comes back later; everything else is paid.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.base.clock import Clock
from app.rails.payouts.rail import Destination, Given, Outcome, Transfer, bad_destination, no_webhooks

MOMENT_MS = 3000
DESTINATION_MAX = 100


class Demo:
    """Payouts to nowhere."""

    name = "demo"

    def __init__(self, now_ms: Clock) -> None:
        self._now_ms = now_ms

    def destination(self, given: Given, currency: str) -> Destination:
        """Any line of text."""
        text = given.strip() if isinstance(given, str) else ""
        if not 1 <= len(text) <= DESTINATION_MAX:
            raise bad_destination(self.name, f"a text of 1 to {DESTINATION_MAX} characters is expected")
        return Destination({"to": text}, text[0] + "•••")

    async def submit(self, transfer: Transfer) -> Outcome:
        """Takes it."""
        return await self.poll(transfer, f"demo-{transfer.id}")

    async def poll(self, transfer: Transfer, reference: str) -> Outcome:
        """What has become of it by now."""
        moments = (self._now_ms() - transfer.since_ms) // MOMENT_MS
        to = transfer.destination["to"].lower()
        if moments < 1:
            return Outcome("pending", reference)
        if "decline" in to:
            return Outcome("failed", reference, "the demo declines this destination")
        if "return" in to:
            return Outcome("returned", reference, "the demo returns what goes to this destination")
        if "unclaimed" in to:
            if moments < 3:
                return Outcome("unclaimed", reference, "nobody has claimed it yet")
            return Outcome("returned", reference, "nobody claimed it")
        return Outcome("paid", reference)

    async def heard_of(self, headers: Mapping[str, str], body: bytes) -> str:
        """It sends none."""
        raise no_webhooks(self.name)

    async def close(self) -> None:
        """Nothing is open."""
