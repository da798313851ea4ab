"""Entries of every kind, in few words."""

from __future__ import annotations

from itertools import count
from typing import Any

from app.rules.entries import (
    Adjustment,
    Bonus,
    Chargeback,
    ChargebackReversed,
    ClawBack,
    Freeze,
    Grant,
    PayoutHold,
    PayoutPaid,
    PayoutReturned,
    Promotion,
    PromotionReturned,
    Purchase,
    Refund,
    Settlement,
    Unfreeze,
    Withdrawal,
)
from app.rules.moves import Move

_ids = count()
PRICE = {"minor": 999, "tax_minor": 159, "currency": "EUR", "country": "DE", "provider": "demo"}
PAYOUT = {
    "gross": 1000,
    "fee": 100,
    "withholding": 270,
    "net": 630,
    "remainder_micros": 4321,
    "currency": "USD",
    "country": "US",
    "rail": "bank",
    "card": "us-1",
}


def _id() -> str:
    return f"m{next(_ids)}"


def grant(user: str, coins: int, **changed: Any) -> Grant:
    """Coins from the platform."""
    return Grant(**{"id": _id(), "user": user, "coins": coins, "reason": "test", "by": "tests", **changed})


def bonus(user: str, coins: int) -> Bonus:
    """Coins on top of a purchase."""
    return Bonus(id=_id(), user=user, coins=coins)


def purchase(user: str, coins: int, **changed: Any) -> Purchase:
    """Coins for money."""
    return Purchase(**{"id": _id(), "user": user, "coins": coins, "price_book": "b1", **PRICE, **changed})


def adjustment(user: str, coins: int) -> Adjustment:
    """A correction by two people."""
    return Adjustment(id=_id(), user=user, coins=coins, reason="test", by="olga", second="omar")


def withdrawal(user: str, coins: int) -> Withdrawal:
    """Unused coins go back."""
    return Withdrawal(id=_id(), user=user, coins=coins, purchase="p", **PRICE)  # type: ignore[arg-type]


def refund(user: str, coins: int) -> Refund:
    """Money goes back."""
    return Refund(id=_id(), user=user, coins=coins, purchase="p", reason="test", by="olga", **PRICE)  # type: ignore[arg-type]


def chargeback(user: str, coins: int) -> Chargeback:
    """Money was taken back."""
    return Chargeback(id=_id(), user=user, coins=coins, purchase="p", **PRICE)  # type: ignore[arg-type]


def chargeback_reversed(user: str, coins: int) -> ChargebackReversed:
    """Money that was taken back came again."""
    return ChargebackReversed(id=_id(), user=user, coins=coins, purchase="p", **PRICE)  # type: ignore[arg-type]


def promotion(user: str, coins: int, **changed: Any) -> Promotion:
    """Coins for impressions."""
    fields = {"id": _id(), "user": user, "coins": coins, "room": "main", "package": "p", "impressions": 100}
    return Promotion(**{**fields, "book": "b1", **changed})


def promotion_returned(user: str, coins: int, **changed: Any) -> PromotionReturned:
    """What was not delivered goes back."""
    fields = {"id": _id(), "user": user, "coins": coins, "room": "main", "delivered": 3, "why": "time_over"}
    return PromotionReturned(**{**fields, **changed})


def settlement(user: str, milli: int) -> Settlement:
    """A hold is over."""
    return Settlement(id=_id(), user=user, milli=milli, since_ms=1, until_ms=2)


def payout_hold(user: str, milli: int) -> PayoutHold:
    """A payout was asked for."""
    return PayoutHold(id=_id(), user=user, milli=milli)


def payout_paid(user: str, milli: int) -> PayoutPaid:
    """A payout was paid."""
    return PayoutPaid(id=_id(), user=user, milli=milli, **PAYOUT)  # type: ignore[arg-type]


def payout_returned(user: str, milli: int) -> PayoutReturned:
    """A payout was not paid after all."""
    return PayoutReturned(id=_id(), user=user, milli=milli, stage="held", why="test", **PAYOUT)  # type: ignore[arg-type]


def payout_came_back(user: str, milli: int) -> PayoutReturned:
    """A payout came back after it was paid."""
    return PayoutReturned(id=_id(), user=user, milli=milli, stage="paid", why="test", **PAYOUT)  # type: ignore[arg-type]


def pending_clawed(user: str, milli: int) -> ClawBack:
    """Diamonds of fraud are taken back before they are available."""
    return ClawBack(id=_id(), user=user, milli=milli, state="pending", reason="test", by="olga")


def available_clawed(user: str, milli: int) -> ClawBack:
    """Diamonds of fraud are taken back after that."""
    return ClawBack(id=_id(), user=user, milli=milli, state="available", reason="test", by="olga")


def freeze(user: str, _: int = 0) -> Move:
    """Nothing goes in or out any more."""
    return Freeze(id=_id(), user=user, reason="test", by="olga")


def unfreeze(user: str, _: int = 0) -> Move:
    """All goes again."""
    return Unfreeze(id=_id(), user=user, reason="test", by="olga")


MAKERS = (
    grant,
    bonus,
    purchase,
    withdrawal,
    refund,
    chargeback,
    chargeback_reversed,
    promotion,
    promotion_returned,
    settlement,
    payout_hold,
    payout_paid,
    payout_returned,
    payout_came_back,
    pending_clawed,
    available_clawed,
    freeze,
    unfreeze,
)
