"""The worker's parts for money: there while it runs, and closed with it."""

from __future__ import annotations

from app.base.config import load
from app.edge.billing import Billing
from app.edge.parts import Parts
from app.store.server import StoreServer
from tests.edge.http.buying import WEBHOOK_SECRET
from tests.edge.site import API_KEY, SECRET


async def test_a_worker_has_its_parts_for_money(own_store: StoreServer) -> None:
    """After the start there are the archive, the demo's provider and rail, and the way to the ledger."""
    secrets = {"secret": SECRET, "api_key": API_KEY, "demo_webhook_secret": WEBHOOK_SECRET}
    settings = load({}, data=own_store.data, demo=True, **secrets)
    parts = Parts(settings, own_store.url, 0)
    await parts.start()
    billing = parts.billing
    await parts.stop()

    assert isinstance(billing, Billing)
    assert (["demo"], ["demo"]) == (list(billing.providers), list(billing.payout_rails))
    assert billing.archive is parts.archive
