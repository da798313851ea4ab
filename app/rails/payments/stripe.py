"""Stripe as a provider of payments: Checkout Sessions and refunds by its API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import stripe

from app.rails.payments.provider import Checkout, ProviderError
from app.rules.purchases import Purchase

RETRIES = 2


class StripePayments:
    """Implements `Payments`. Needs the package `stripe`: `pip install fanfare[stripe]`.

    Args:
        key: the secret key of the account.
        secrets: those of the webhook's endpoint.
        api: another address than Stripe's own, for tests.
    """

    name = "stripe"
    signature_header = "Stripe-Signature"

    def __init__(self, key: str, secrets: Sequence[str], api: str | None = None) -> None:
        self.secrets = secrets
        self._client = stripe.StripeClient(key, max_network_retries=RETRIES, base_addresses={"api": api} if api else {})

    async def open_checkout(self, purchase: Purchase, base_url: str, return_url: str) -> Checkout:
        """A Checkout Session; its price is ours, tax included."""
        coins = f"{purchase.coins:,} coins" + (f" + {purchase.bonus:,}" if purchase.bonus else "")
        params = {
            "mode": "payment",
            "client_reference_id": purchase.id,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": purchase.currency.lower(),
                        "unit_amount": purchase.minor,
                        "product_data": {"name": coins},
                    },
                }
            ],
            # A charge, by which refunds are told, carries the payment's metadata and not the session's.
            "payment_intent_data": {"metadata": {"purchase": purchase.id}},
            "metadata": {"purchase": purchase.id},
            "success_url": return_url,
            "cancel_url": return_url,
            "expires_at": purchase.expires_ms // 1000,
        }
        session = await self._ask(self._client.v1.checkout.sessions.create, params, f"checkout:{purchase.id}")
        return Checkout(str(session.id), str(session.url))

    async def give_back(self, purchase: Purchase, minor: int, key: str) -> None:
        """A refund of the payment."""
        params = {"payment_intent": purchase.payment, "amount": minor, "metadata": {"purchase": purchase.id}}
        await self._ask(self._client.v1.refunds.create, params, f"refund:{key}")

    async def close(self) -> None:
        """Its connections close with it."""

    async def _ask(self, call: Callable[..., Any], params: dict[str, object], key: str) -> Any:
        try:
            return await asyncio.to_thread(call, params, {"idempotency_key": key})
        except stripe.StripeError as error:
            raise ProviderError(f"Stripe: {error.user_message or error}") from None
