from __future__ import annotations

import json

import msgspec

from app.archive import demo_events
from app.archive.archive import Archive
from app.rails.payments.demo import DemoPayments
from tests.rules.test_purchases import BOUGHT


async def test_a_checkout_is_a_page_of_ours(archive: Archive) -> None:
    """The checkout's page is on this server; money that goes back is told by an event."""
    provider = DemoPayments(archive, ("s",), lambda: 1000)
    checkout = await provider.open_checkout(BOUGHT, "http://here", "http://here/wallet")
    paid = msgspec.structs.replace(BOUGHT, checkout_url=checkout.url, back_minor=333)
    await provider.give_back(paid, 333, "r")
    (event,) = await archive.read(demo_events.due, 10_000, 10)

    assert ("cs_demo_p", "http://here/checkout/cs_demo_p") == checkout
    assert ("charge.refunded", 333) == (
        json.loads(event.body)["type"],
        json.loads(event.body)["data"]["object"]["amount_refunded"],
    )
