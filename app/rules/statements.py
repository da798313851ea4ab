"""A wallet's history as its owner reads it: what moved, the balance after it, and what it was for."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from app.rules.csv_rows import csv_row, time_text
from app.rules.entries import (
    Adjustment,
    Bonus,
    Entry,
    Grant,
    Promotion,
    PromotionReturned,
    Purchase,
    Refund,
    Undone,
)
from app.rules.gift_steps import GiftPaid, GiftStep
from app.rules.moves import CoinsMove

KINDS = (
    "purchase",
    "bonus",
    "grant",
    "gift",
    "gift_returned",
    "promotion",
    "promotion_returned",
    "withdrawal",
    "refund",
    "chargeback",
    "chargeback_reversed",
    "adjustment",
)
"""The kinds of entry that move a wallet, as its owner knows them."""
# Where a gift's room is, is nothing to its giver.
ALSO = {"gift": ("gift_paid",)}


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


def kind_of(entry: Entry) -> str:
    """The kind of an entry, as the wallet's owner knows it."""
    return "gift" if isinstance(entry, GiftPaid) else entry.kind


def entry_kinds(kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds that entries have which their owner knows as these."""
    return tuple(found for kind in kinds for found in (kind, *ALSO.get(kind, ())))


def what_of(entry: Entry) -> What:
    """What an entry was for, in its owner's words: operators' names are not told."""
    if isinstance(entry, GiftStep):
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
