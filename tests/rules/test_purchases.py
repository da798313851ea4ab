from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import entries
from app.rules.moves import CoinsMove, Move
from app.rules.purchases import Decision, Purchase, Status, Word, credit, expire, hear, refund, withdraw

BOUGHT = Purchase(
    id="p",
    user="ann",
    status="created",
    package="coins_700",
    coins=700,
    bonus=70,
    minor=999,
    tax_minor=159,
    currency="EUR",
    country="DE",
    channel="web",
    price_book="DE-1",
    provider="demo",
    created_ms=0,
    expires_ms=3_600_000,
    session="cs",
)


def word(kind: str, **changed: Any) -> Word:
    """A word about the purchase."""
    return Word(**{"type": kind, "id": "evt", "object_id": "cs", "amount": 999, "currency": "eur", **changed})


PAID = word("checkout.session.completed", status="paid", payment="pi")
UNPAID = word("checkout.session.completed", status="unpaid")
LATER = word("checkout.session.async_payment_succeeded", status="paid")
FAILED = word("checkout.session.async_payment_failed")
EXPIRED = word("checkout.session.expired")
PART = word("charge.refunded", amount=333)
ALL = word("charge.refunded")
INQUIRY = word("charge.dispute.created", object_id="dp", status="warning_needs_response")
DISPUTED = word("charge.dispute.created", object_id="dp", status="needs_response")
WON = word("charge.dispute.closed", object_id="dp", status="won")
LOST = word("charge.dispute.closed", object_id="dp", status="lost")
WORDS = [PAID, UNPAID, LATER, FAILED, EXPIRED, PART, ALL, INQUIRY, DISPUTED, WON, LOST, word("customer.created")]


def after(*words: Word, purchase: Purchase = BOUGHT) -> tuple[Purchase, list[Move]]:
    """A purchase after these words, with all entries; what was paid is credited at once."""
    posted: list[Move] = []
    for one in words:
        decision = hear(purchase, one)
        purchase = credited(decision)
        posted += decision.entries
    return purchase, posted


def credited(decision: Decision) -> Purchase:
    """The purchase once its entries are posted."""
    if decision.purchase.status == "paid":
        return msgspec.structs.replace(decision.purchase, status="credited", n=5)
    return decision.purchase


@pytest.mark.parametrize(
    ("words", "status", "kinds"),
    [
        ((PAID,), "credited", ["purchase", "bonus"]),
        ((PAID, PAID, LATER), "credited", ["purchase", "bonus"]),
        ((UNPAID,), "created", []),
        ((UNPAID, LATER, UNPAID), "credited", ["purchase", "bonus"]),
        ((LATER, UNPAID), "credited", ["purchase", "bonus"]),
        ((FAILED,), "failed", []),
        ((FAILED, PAID), "credited", ["purchase", "bonus"]),
        ((EXPIRED, PAID), "credited", ["purchase", "bonus"]),
        ((PAID, EXPIRED, FAILED), "credited", ["purchase", "bonus"]),
        ((PAID, PART, PART), "credited", ["purchase", "bonus", "refund"]),
        ((PAID, ALL, PART), "refunded", ["purchase", "bonus", "refund"]),
        ((PAID, PART, ALL), "refunded", ["purchase", "bonus", "refund", "refund"]),
        ((ALL, PAID), "refunded", []),
        ((PAID, INQUIRY), "credited", ["purchase", "bonus"]),
        ((PAID, DISPUTED, DISPUTED, LOST), "charged_back", ["purchase", "bonus", "chargeback"]),
        ((PAID, DISPUTED, WON, DISPUTED), "credited", ["purchase", "bonus", "chargeback", "chargeback_reversed"]),
        ((PAID, WON, DISPUTED), "credited", ["purchase", "bonus"]),
        ((DISPUTED, PAID), "charged_back", []),
        ((DISPUTED, WON), "credited", ["purchase", "bonus"]),
        ((PAID, PART, DISPUTED), "charged_back", ["purchase", "bonus", "refund", "chargeback"]),
        ((word("customer.created"),), "created", []),
    ],
)
def test_histories(words: Sequence[Word], status: Status, kinds: list[str]) -> None:
    """Words in the order and number in which they may come make one status and these entries."""
    purchase, posted = after(*words)

    assert status == purchase.status
    assert kinds == [entry.kind for entry in posted]


@pytest.mark.parametrize(
    "changed", [{"amount": 998}, {"amount": 1000}, {"amount": 0}, {"currency": "usd"}, {"object_id": "other"}]
)
def test_another_amount_currency_or_checkout_is_looked_at_by_people(changed: dict[str, Any]) -> None:
    """What was paid is not what was asked: no coin is credited, then or later."""
    odd = msgspec.structs.replace(PAID, **changed)

    assert ("review", []) == (after(odd)[0].status, after(odd)[1])
    assert ("review", []) == (after(odd, PAID)[0].status, after(odd, PAID)[1])


@given(words=st.lists(st.sampled_from(WORDS), max_size=12))
def test_whatever_is_heard(words: list[Word]) -> None:
    """In any order and number: one credit at most, no more goes back than came, tax and coins in step with money."""
    _, posted = after(*words)
    coins = minor = tax = 0
    for entry in posted:
        assert isinstance(entry, CoinsMove)
        sign = 1 if entry.op == "credit" else -1
        coins += sign * entry.coins
        if isinstance(entry, entries.Paid):
            minor, tax = minor + sign * entry.minor, tax + sign * entry.tax_minor
        assert 0 <= coins <= 770
        assert 0 <= tax <= minor <= 999
    assert (minor == 0) == (coins == 0 or [entry.kind for entry in posted] == [])
    assert len({entry.key for entry in posted}) == len(posted)
    assert [entry.kind for entry in posted].count("purchase") <= 1


@given(
    minor=st.integers(1, 10**9),
    coins=st.integers(1, 10**7),
    bonus=st.integers(0, 10**6),
    steps=st.lists(st.integers(1, 10**9), max_size=6),
)
def test_parts_that_go_back_add_up(minor: int, coins: int, bonus: int, steps: list[int]) -> None:
    """However a purchase goes back in parts, all parts together are the price, its tax and its coins, to the unit."""
    purchase = msgspec.structs.replace(
        BOUGHT, minor=minor, tax_minor=minor // 7, coins=coins, bonus=bonus, status="credited"
    )
    words = [word("charge.refunded", amount=min(step, minor)) for step in sorted(steps)]
    end, posted = after(*words, word("charge.refunded", amount=minor), purchase=purchase)
    sums = [sum(getattr(entry, name) for entry in posted) for name in ("minor", "tax_minor", "coins")]

    assert [minor, minor // 7, coins + bonus] == sums
    assert "refunded" == end.status


@given(minor=st.integers(1, 10**9), coins=st.integers(1, 10**7), unused=st.integers(1, 10**7))
def test_unused_coins_go_back_for_their_part(minor: int, coins: int, unused: int) -> None:
    """The money for unused coins is their part of the price, rounded up by less than a unit, never above the price."""
    purchase = msgspec.structs.replace(BOUGHT, minor=minor, tax_minor=0, coins=coins, bonus=0, status="credited")
    decision = withdraw(purchase, "w", unused)
    (entry,) = decision.entries

    assert isinstance(entry, entries.Withdrawal)
    assert min(unused, coins) == entry.coins
    assert 0 <= entry.minor * coins - minor * entry.coins < coins
    assert entry.minor <= minor
    assert ("refunded" if entry.minor == minor else "credited") == decision.purchase.status


def test_the_providers_word_of_our_own_refund_is_no_news() -> None:
    """After a withdrawal the provider says what went back; nothing more is taken for it."""
    purchase, _ = after(PAID)
    changed = withdraw(purchase, "w", 100).purchase
    again = hear(changed, word("charge.refunded", amount=changed.back_minor))

    assert (changed, ()) == (again.purchase, again.entries)


def test_an_operator_gives_back_what_is_left() -> None:
    """A refund takes what has not gone back yet, coins and money and tax."""
    purchase, _ = after(PAID, PART)
    decision = refund(purchase, "r", "was a mistake", "olga")
    (entry,) = decision.entries

    assert isinstance(entry, entries.Refund)
    assert (666, 770 - 770 * 333 // 999, 159 - 159 * 333 // 999) == (entry.minor, entry.coins, entry.tax_minor)
    assert "refunded" == decision.purchase.status


def test_only_open_checkouts_expire() -> None:
    """Time ends a purchase that nobody paid, and no other."""
    assert "expired" == expire(BOUGHT).purchase.status
    assert "credited" == expire(after(PAID)[0]).purchase.status


def test_a_credit_without_bonus_is_one_entry() -> None:
    """Where there is no bonus there is no entry of it."""
    assert ["purchase"] == [entry.kind for entry in credit(msgspec.structs.replace(BOUGHT, bonus=0))]
