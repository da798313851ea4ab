from __future__ import annotations

import msgspec
import pytest

from app.rails.payments.webhooks import read_word
from app.rules.demo_checkout import Payment, pay, purchase_of, refunded, session_of
from app.rules.purchases import Purchase, Status, hear
from tests.rules.test_purchases import BOUGHT

GOOD_CARD = "4242 4242 4242 4242"
OPEN = msgspec.structs.replace(BOUGHT, session=session_of("p"))


def statuses(payment: Payment) -> tuple[str, list[Status]]:
    """What the payer is told, and what becomes of the purchase with each event, in the order of their sending."""
    outcome = pay(OPEN, payment)
    purchase, found = OPEN, list[Status]()
    for sent in sorted(outcome.events, key=lambda sent: sent.after_ms):
        purchase = heard(purchase, sent.event)
        found.append(purchase.status)
    return outcome.answer, found


def heard(purchase: Purchase, event: object) -> Purchase:
    """The purchase after an event, as its webhook carries it."""
    return hear(purchase, read_word(msgspec.json.encode(event))).purchase


@pytest.mark.parametrize(
    ("payment", "answer", "found"),
    [
        (Payment(method="card", number=GOOD_CARD), "paid", ["created", "paid", "paid"]),
        (Payment(method="card", number="4000 0000 0000 0002"), "declined", []),
        (Payment(method="card", number="4000000000009995"), "declined", []),
        (Payment(method="card", number="4242424242424241"), "declined", []),
        (Payment(method="card", number="card"), "declined", []),
        (Payment(method="card", number=""), "declined", []),
        (Payment(method="card", number="4000002500003155"), "confirm", []),
        (Payment(method="card", number="4000002500003155", confirmed=True), "paid", ["created", "paid", "paid"]),
        (Payment(method="card", number="4000002500003155", confirmed=False), "declined", []),
        (Payment(method="wallet"), "paid", ["created", "paid", "paid"]),
        (Payment(method="account"), "confirm", []),
        (Payment(method="account", confirmed=True), "paid", ["created", "paid", "paid"]),
        (Payment(method="account", confirmed=False), "cancelled", []),
        (Payment(method="bank", number="DE89370400440532010000"), "processing", ["failed", "failed", "failed"]),
        (Payment(method="bank", number="DE89370400440532013001"), "processing", ["paid", "paid", "paid"]),
        (Payment(method="bank"), "declined", []),
    ],
)
def test_ways_to_pay(payment: Payment, answer: str, found: list[str]) -> None:
    """Each way ends as its kind does: paid, declined, asked once more, or later; events come twice and disordered."""
    assert (answer, found) == statuses(payment)


def test_a_refund_is_told() -> None:
    """The event of a refund says how much went back in all."""
    paid = msgspec.structs.replace(OPEN, status="credited")
    (sent,) = refunded(paid, 333)

    assert 333 == heard(paid, sent.event).back_minor


def test_checkouts_have_names() -> None:
    """A checkout's name leads back to its purchase, and no other text does."""
    assert "p" == purchase_of(session_of("p"))
    assert "" == purchase_of("p")
