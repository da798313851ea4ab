"""PayPal's webhooks, signed as the stub checks them."""

from __future__ import annotations

import json
from typing import Any

from tests.rails.payouts.paypal_stub import webhook_signature

WEBHOOK_ID = "8PT597110X687430LKGECATA"


def item_event(payout_id: str) -> dict[str, Any]:
    """News of an item of a batch."""
    resource = {"payout_item_id": "8AELMXH8UB2P8", "transaction_status": "SUCCESS", "sender_batch_id": payout_id}
    return {"id": "WH-1", "event_type": "PAYMENT.PAYOUTS-ITEM.SUCCEEDED", "resource": resource}


def batch_event(payout_id: str) -> dict[str, Any]:
    """News of a batch."""
    header = {"payout_batch_id": "Q8", "batch_status": "SUCCESS"}
    header |= {"sender_batch_header": {"sender_batch_id": payout_id}}  # type: ignore[dict-item]
    return {"id": "WH-2", "event_type": "PAYMENT.PAYOUTSBATCH.SUCCESS", "resource": {"batch_header": header}}


def signed(event: dict[str, Any], webhook_id: str = WEBHOOK_ID) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a webhook."""
    said = {
        "auth-algo": "SHA256withRSA",
        "cert-url": "https://api.paypal.com/cert.pem",
        "transmission-id": "t-1",
        "transmission-time": "2026-11-25T00:00:00Z",
    }
    signature = webhook_signature(*said.values(), webhook_id, json.dumps(event))
    headers = {f"paypal-{name}": value for name, value in {**said, "transmission-sig": signature}.items()}
    return headers, json.dumps(event).encode()
