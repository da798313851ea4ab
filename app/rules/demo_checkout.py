"""The demo's provider: what happens when somebody pays in one way or another, and which events it sends about it.

It behaves as real ones do at their worst: events come late, twice, and in the wrong order.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct

from app.rules.purchases import Purchase

Method = Literal["card", "wallet", "account", "bank"]
Answer = Literal["paid", "processing", "declined", "confirm", "cancelled"]

MESSAGES = {
    "card_declined": "Your card was declined.",
    "card_poor": "Your card has insufficient funds.",
    "card_expired": "Your card has expired.",
    "card_wrong": "This is not a card's number.",
    "bank_asks": "Your bank asks whether this is you.",
    "bank_refused": "Your bank did not agree.",
    "account_asks": "Agree to the payment in your account.",
    "not_agreed": "You did not agree; nothing was paid.",
    "account_needed": "The number of an account is needed.",
    "bank_works": "Your bank is asked; the coins come when it has paid.",
    "paid": "Paid. The coins are on their way.",
}
"""What a payer is told, in English."""
DECLINED = {
    "4000000000000002": "card_declined",
    "4000000000009995": "card_poor",
    "4000000000000069": "card_expired",
}
CONFIRMED = "4000002500003155"
"""A card whose bank asks its owner first."""
FAILING_ACCOUNT = "0000"
"""A bank account that ends so does not pay."""
BANK_MS = 4_000
"""So long does a bank take."""


class Payment(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/demo/checkouts/{session}: how somebody pays; `confirmed` answers the bank's question."""

    method: Method
    number: Annotated[str, Meta(max_length=40)] = ""
    confirmed: bool | None = None


class Sent(NamedTuple):
    """An event that is sent so much later."""

    after_ms: int
    event: dict[str, Any]


class Outcome(NamedTuple):
    """What the payer is told, by its key in MESSAGES, and what the webhook will be."""

    answer: Answer
    says: str
    events: tuple[Sent, ...] = ()


def pay(purchase: Purchase, payment: Payment) -> Outcome:
    """What comes of a payment."""
    number = "".join(sign for sign in payment.number if sign.isalnum())
    if payment.method == "card":
        return _by_card(purchase, number, payment.confirmed)
    if payment.method == "account" and payment.confirmed is None:
        return Outcome("confirm", "account_asks")
    if payment.method == "account" and not payment.confirmed:
        return Outcome("cancelled", "not_agreed")
    if payment.method == "bank":
        return _by_bank(purchase, number)
    return _paid(purchase)


def refunded(purchase: Purchase, minor: int) -> tuple[Sent, ...]:
    """The event of money that went back, when it is so much in all."""
    charge = {**_charge(purchase), "amount_refunded": minor}
    return (Sent(300, _event(purchase, "charge.refunded", charge, f"refund{minor}")),)


def _by_card(purchase: Purchase, number: str, confirmed: bool | None) -> Outcome:
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19 and _luhn(number)):
        return Outcome("declined", "card_wrong")
    if number in DECLINED:
        return Outcome("declined", DECLINED[number])
    if number == CONFIRMED and confirmed is None:
        return Outcome("confirm", "bank_asks")
    if number == CONFIRMED and not confirmed:
        return Outcome("declined", "bank_refused")
    return _paid(purchase)


def _by_bank(purchase: Purchase, number: str) -> Outcome:
    if not number:
        return Outcome("declined", "account_needed")
    checkout = _checkout(purchase, "unpaid")
    if number.endswith(FAILING_ACCOUNT):
        end = _event(purchase, "checkout.session.async_payment_failed", checkout, "failed")
    else:
        paid = _checkout(purchase, "paid")
        end = _event(purchase, "checkout.session.async_payment_succeeded", paid, "succeeded")
    completed = _event(purchase, "checkout.session.completed", checkout, "completed")
    # In the wrong order, and the last one twice.
    return Outcome(
        "processing",
        "bank_works",
        (Sent(BANK_MS, end), Sent(BANK_MS + 300, completed), Sent(BANK_MS + 600, end)),
    )


def _paid(purchase: Purchase) -> Outcome:
    completed = _event(purchase, "checkout.session.completed", _checkout(purchase, "paid"), "completed")
    # An event of a kind that means nothing here, what counts, and that once more.
    noise = _event(purchase, "payment_intent.succeeded", {"id": _payment(purchase)}, "intent")
    return Outcome("paid", "paid", (Sent(0, noise), Sent(100, completed), Sent(700, completed)))


def session_of(purchase_id: str) -> str:
    """The name of a purchase's checkout."""
    return f"cs_demo_{purchase_id}"


def purchase_of(session: str) -> str:
    """The purchase that a checkout is for; "" where this is no checkout's name."""
    return session.removeprefix("cs_demo_") if session.startswith("cs_demo_") else ""


def _payment(purchase: Purchase) -> str:
    return f"pi_demo_{purchase.id}"


def _checkout(purchase: Purchase, payment_status: str) -> dict[str, Any]:
    return {
        "id": session_of(purchase.id),
        "object": "checkout.session",
        "client_reference_id": purchase.id,
        "payment_intent": _payment(purchase),
        "payment_status": payment_status,
        "amount_total": purchase.minor,
        "currency": purchase.currency.lower(),
    }


def _charge(purchase: Purchase) -> dict[str, Any]:
    return {
        "id": f"ch_demo_{purchase.id}",
        "object": "charge",
        "client_reference_id": purchase.id,
        "payment_intent": _payment(purchase),
        "amount": purchase.minor,
        "currency": purchase.currency.lower(),
    }


def _event(purchase: Purchase, kind: str, about: dict[str, Any], name: str) -> dict[str, Any]:
    return {"id": f"evt_demo_{name}_{purchase.id}", "object": "event", "type": kind, "data": {"object": about}}


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0
