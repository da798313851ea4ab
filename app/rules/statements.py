"""A wallet's history as its owner reads it: what moved, the balance after it, and what it was for."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.rules.csv_rows import csv_row, time_text
from app.rules.entries import (
    Adjustment,
    Bonus,
    Entry,
    Gift,
    Grant,
    Promotion,
    PromotionReturned,
    Purchase,
    Refund,
    Undone,
)
from app.rules.moves import CoinsMove

KINDS = (
    "purchase",
    "bonus",
    "grant",
    "gift",
    "promotion",
    "promotion_returned",
    "withdrawal",
    "refund",
    "chargeback",
    "chargeback_reversed",
    "adjustment",
)
"""The kinds of entry that move a wallet."""


class What(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an entry was for: a gift and who got it where, a purchase, a promotion, or the reason that was given."""

    gift: str | None = None
    quantity: int | None = None
    receiver: str | None = None
    room: str | None = None
    purchase: str | None = None
    reason: str | None = None
    promotion: str | None = None


class StatementLine(Struct, frozen=True, kw_only=True):
    """One line. `id` is the entry's number in the journal, `coins` what moved, `balance` what was there afterwards."""

    id: str
    at_ms: int
    kind: str
    coins: int
    balance: int
    what: What


class Statement(Struct, frozen=True):
    """A page of a statement, the newest first."""

    entries: list[StatementLine]
    cursor: str | None


def what_of(entry: Entry) -> What:
    """What an entry was for, in its owner's words: operators' names are not told."""
    if isinstance(entry, Gift):
        return What(gift=entry.gift, quantity=entry.quantity, receiver=entry.receiver, room=entry.room)
    if isinstance(entry, Promotion | PromotionReturned):
        return What(promotion=entry.id, room=entry.room)
    if isinstance(entry, Refund):
        return What(purchase=entry.purchase, reason=entry.reason)
    if isinstance(entry, Undone):
        return What(purchase=entry.purchase)
    if isinstance(entry, Purchase | Bonus):
        return What(purchase=entry.id)
    if isinstance(entry, Grant | Adjustment):
        return What(reason=entry.reason)
    assert not isinstance(entry, CoinsMove), f"a statement has no words for {entry.kind}"
    return What()


def csv_of(lines: Iterable[StatementLine]) -> Iterable[str]:
    """The lines as CSV rows, a heading first; what a spreadsheet would take for a formula is made a text."""
    yield "id,time,kind,coins,balance,gift,quantity,receiver,room,purchase,reason,promotion\r\n"
    for line in lines:
        what = line.what
        cells = (line.id, time_text(line.at_ms), line.kind, line.coins, line.balance)
        about = (what.gift, what.quantity, what.receiver, what.room, what.purchase, what.reason, what.promotion)
        yield csv_row((*cells, *about))
