"""Payouts by PayPal's Payouts API: a batch of one for each payout, whose id PayPal takes once in 30 days.

https://developer.paypal.com/docs/api/payments.payouts-batch/v1/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from app.base.clock import Clock
from app.base.errors import RailError, Refusal
from app.rails.payouts.paypal_client import Detail, PayPalClient
from app.rails.payouts.rail import Destination, Given, Outcome, Status, Transfer, bad_destination
from app.rules.tables import DAY_MS

# What PayPal pays out in; without the two that it knows no decimals of where ISO 4217 has some.
_CURRENCIES = "AUD BRL CAD CHF CZK DKK EUR GBP HKD ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB USD"
CURRENCIES = frozenset(_CURRENCIES.split())
RECEIVER_MAX = 127
# PayPal forgets a batch's id after 30 days, and would pay the same one again.
RESUBMIT_DAYS_MAX = 28
STATUSES: Mapping[str, Status] = {
    "SUCCESS": "paid",
    "PENDING": "pending",
    "ONHOLD": "pending",
    "ON_HOLD": "pending",
    "UNCLAIMED": "unclaimed",
    "RETURNED": "returned",
    "REFUNDED": "returned",
    "REVERSED": "returned",
    "FAILED": "failed",
    "DENIED": "failed",
    "BLOCKED": "failed",
}
VERIFY = "/v1/notifications/verify-webhook-signature"
# What PayPal signs a webhook with: each in a header of that name behind `paypal-`.
SIGNATURE = ("auth_algo", "cert_url", "transmission_id", "transmission_sig", "transmission_time")
BATCH_ENDED = {"DENIED", "CANCELED"}
_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]+\.[^@\s<>\".]{2,}")
_BATCH = re.compile(r".*/v1/payments/payouts/([A-Za-z0-9]{1,30})(?:\?.*)?")


class _Amount(Struct, frozen=True):
    value: str
    currency: str

    @classmethod
    def of(cls, transfer: Transfer) -> _Amount:
        return cls(*str(transfer.amount).split())

    def is_that(self, transfer: Transfer) -> bool:
        ours = _Amount.of(transfer)
        return self.currency == ours.currency and Decimal(self.value) == Decimal(ours.value)


class _Detail(Struct, frozen=True):
    amount: _Amount


class _Errors(Struct, frozen=True):
    name: str = ""
    message: str = ""


class _Item(Struct, frozen=True):
    payout_item: _Detail
    transaction_status: str = ""
    errors: _Errors | None = None


class _Sender(Struct, frozen=True):
    sender_batch_id: str = ""


class _Header(Struct, frozen=True):
    payout_batch_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,30}\Z")]
    batch_status: str = ""
    sender_batch_header: _Sender = _Sender()


class _Batch(Struct, frozen=True):
    """What PayPal says of a batch, as far as we read it."""

    batch_header: _Header
    items: tuple[_Item, ...] = ()


class _Resource(Struct, frozen=True):
    """What an event is about: an item of a batch, or a batch."""

    sender_batch_id: str = ""
    batch_header: _Header | None = None

    @property
    def payout(self) -> str:
        """Our id of it, as we gave it to PayPal."""
        header = self.batch_header
        return self.sender_batch_id or (header.sender_batch_header.sender_batch_id if header else "")


class _Event(Struct, frozen=True):
    resource: _Resource = _Resource()


class _Verified(Struct, frozen=True):
    verification_status: str = ""


class PayPal:
    """Payouts to PayPal accounts, by e-mail address."""

    name = "paypal"

    def __init__(self, client: PayPalClient, now_ms: Clock, webhook_id: str = "") -> None:
        self._client = client
        self._now_ms = now_ms
        self._webhook_id = webhook_id

    def destination(self, given: Given, currency: str) -> Destination:
        """An e-mail address, as text or in the field `email`."""
        if currency not in CURRENCIES:
            raise bad_destination(self.name, f"another rail is expected: PayPal pays no {currency}")
        text = given if isinstance(given, str) else given.get("email", "")
        email = text.strip()
        if len(email) > RECEIVER_MAX or not _EMAIL.fullmatch(email):
            raise bad_destination(self.name, "the e-mail address of a PayPal account is expected")
        user, _, host = email.rpartition("@")
        return Destination({"email": email}, f"{user[0]}•••@{host}")

    async def submit(self, transfer: Transfer) -> Outcome:
        """Has it paid, once."""
        days = (self._now_ms() - transfer.since_ms) // DAY_MS
        if days > RESUBMIT_DAYS_MAX:
            raise RailError(
                f"payout {transfer.id} was first sent to PayPal {days} days ago, and PayPal knows it for 30: look there"
                " whether it was paid before it is sent again"
            )
        answer = await self._client.ask("POST", "/v1/payments/payouts", _batch_of(transfer))
        if answer.ok:
            return Outcome("pending", answer.read(_Batch).batch_header.payout_batch_id)
        problem = answer.problem
        for detail in problem.details:
            if detail.field.upper() == "SENDER_BATCH_ID":
                # It was taken before; the answer was lost, or this process was.
                return Outcome("pending", _batch_id(detail))
        if problem.name == "USER_BUSINESS_ERROR" or any(d.field.startswith("items[0]") for d in problem.details):
            return Outcome("failed", "", answer.reason)
        # What is wrong is ours: keys, scopes, an empty account. The payout is as good as it was.
        raise RailError(f"PayPal does not take payout {transfer.id}: {answer.reason}")

    async def poll(self, transfer: Transfer, reference: str) -> Outcome:
        """What became of it."""
        answer = await self._client.ask("GET", f"/v1/payments/payouts/{reference}", None)
        if not answer.ok:
            raise RailError(f"PayPal does not tell of payout {transfer.id}: {answer.reason}")
        batch = answer.read(_Batch)
        header = batch.batch_header
        if header.sender_batch_header.sender_batch_id != transfer.id:
            raise RailError(f"PayPal's batch {reference} is not payout {transfer.id}")
        if not batch.items:
            ended = header.batch_status in BATCH_ENDED
            return Outcome("failed" if ended else "pending", reference, header.batch_status)
        item = batch.items[0]
        if not item.payout_item.amount.is_that(transfer):
            raise RailError(f"PayPal has another amount for payout {transfer.id} than {transfer.amount}")
        words = [item.transaction_status, *((item.errors.name, item.errors.message) if item.errors else ())]
        return Outcome(STATUSES.get(item.transaction_status, "pending"), reference, " ".join(filter(None, words)))

    async def heard_of(self, headers: Mapping[str, str], body: bytes) -> str:
        """Of which payout a webhook has news, once PayPal has said that it is its own."""
        if not self._webhook_id:
            raise Refusal("bad_signature", "FANFARE_PAYPAL_WEBHOOK_ID is not set here.")
        signature = {name: headers.get(f"paypal-{name.replace('_', '-')}", "") for name in SIGNATURE}
        try:
            event = msgspec.json.decode(body, type=_Event)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise Refusal("bad_signature", "It is no event of PayPal's.") from None
        if not all(signature.values()):
            raise Refusal("bad_signature")
        question = {**signature, "webhook_id": self._webhook_id, "webhook_event": msgspec.Raw(body)}
        try:
            answer = await self._client.ask("POST", VERIFY, msgspec.json.encode(question))
            is_theirs = answer.ok and answer.read(_Verified).verification_status == "SUCCESS"
        except RailError as error:
            raise Refusal("unavailable", f"The signature cannot be checked now: {error}.") from None
        if not is_theirs:
            raise Refusal("bad_signature", "PayPal does not know this signature.")
        return event.resource.payout

    async def close(self) -> None:
        """Ends its connections."""
        await self._client.close()


def _batch_of(transfer: Transfer) -> bytes:
    return msgspec.json.encode(
        {
            "sender_batch_header": {"sender_batch_id": transfer.id, "email_subject": "You have a payout"},
            "items": [
                {
                    "recipient_type": "EMAIL",
                    "receiver": transfer.destination["email"],
                    "amount": _Amount.of(transfer),
                    "sender_item_id": transfer.id,
                    "note": f"Payout {transfer.id}",
                }
            ],
        }
    )


def _batch_id(duplicate: Detail) -> str:
    for link in duplicate.link:
        if found := _BATCH.fullmatch(link.href):
            return found[1]
    raise RailError(f"PayPal has this payout already but does not say as which batch: {duplicate.issue}")
