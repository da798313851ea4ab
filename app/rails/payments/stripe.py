"""Stripe as a provider of payments: Checkout Sessions and refunds by its API."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import stripe

from app.rails.payments.provider import Checkout, ProviderError
from app.rules.purchases import Purchase

RETRIES = 2
# By what a refund's metadata says which one it is.
REFUND_KEY = "give_back"
# Of these no money went.
NOT_GIVEN_BACK = ("failed", "canceled")


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
        session = await self._ask(
            self._client.v1.checkout.sessions.create, params, {"idempotency_key": f"checkout:{purchase.id}"}
        )
        return Checkout(str(session.id), str(session.url))

    async def give_back(self, purchase: Purchase, minor: int, key: str) -> None:
        """A refund of the payment. Stripe forgets idempotency keys after a day: it is asked for the refund before."""
        if await self._ask(self._has_refund, purchase.payment, key):
            return
        told = {"purchase": purchase.id, REFUND_KEY: key}
        params = {"payment_intent": purchase.payment, "amount": minor, "metadata": told}
        await self._ask(self._client.v1.refunds.create, params, {"idempotency_key": f"refund:{key}"})

    async def close(self) -> None:
        """Its connections close with it."""

    def _has_refund(self, payment: str, key: str) -> bool:
        made = self._client.v1.refunds.list({"payment_intent": payment, "limit": 100}).auto_paging_iter()
        told = (refund.metadata for refund in made if refund.status not in NOT_GIVEN_BACK)
        return any(names and REFUND_KEY in names and names[REFUND_KEY] == key for names in told)

    async def _ask(self, call: Callable[..., Any], *args: object) -> Any:
        try:
            return await asyncio.to_thread(call, *args)
        except stripe.StripeError as error:
            raise ProviderError(f"Stripe: {error.user_message or error}") from None
