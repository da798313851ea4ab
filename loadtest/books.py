"""The money check: whatever happened in a run, each coin and each gift is accounted for exactly once. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from loadtest.plan import Faults, Receipt, RoomSeen


class Books(Struct, kw_only=True):
    """What was proved. `merged` are accepted gifts that were shown as part of another one's event, with the sum."""

    granted: int = 0
    in_wallets: int = 0
    spent: int = 0
    accepted: int = 0
    seen: int = 0
    merged: int = 0
    lost: int = 0
    doubled: int = 0
    unaccounted: int = 0
    unanswered: int = 0
    ledger_ok: bool | None = None
    problems: list[str] = msgspec.field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the books balance."""
        return not self.problems

    def verdict(self) -> str:
        """A sentence for people."""
        if not self.ok:
            return "THE BOOKS DO NOT BALANCE: " + "; ".join(self.problems)
        return (
            f"The books balance: {self.granted:,} coins granted = {self.in_wallets:,} in wallets + {self.spent:,} "
            f"spent; each of {self.accepted:,} accepted gifts was seen exactly once."
        )


def check(
    *,
    granted: int,
    wallets: Mapping[str, int],
    receipts: Sequence[Receipt],
    applied_late: Sequence[Receipt],
    never_known: int,
    rooms: Iterable[Mapping[str, RoomSeen]],
    faults: Faults,
    ledger: Mapping[str, Any] | None,
) -> Books:
    """The books of a run.

    Args:
        applied_late: gifts that got no answer in time, but were applied as the server says.
        never_known: gifts of which not even that could be found out.
        rooms: what each client process saw.
        ledger: the report of `fanfare ledger verify`.
    """
    every = [*receipts, *applied_late]
    books = Books(granted=granted, in_wallets=sum(wallets.values()), accepted=len(every), unanswered=never_known)
    books.spent = sum(receipt.coins for receipt in every)
    _match_rooms(books, every, _merge(rooms, faults))
    missing = granted - books.in_wallets - books.spent
    _note(books, missing, f"{missing:,} coins of {granted:,} granted are neither in wallets nor spent")
    _note(books, books.lost, f"{books.lost:,} accepted gifts were never seen")
    _note(books, books.doubled, f"{books.doubled:,} gifts were seen twice")
    _note(books, books.unaccounted, f"{books.unaccounted:,} gifts were seen that nobody was charged for")
    _note(books, never_known, f"of {never_known:,} gifts it is not known what became of them")
    for name in faults.__struct_fields__:
        count = getattr(faults, name)
        _note(books, count, f"{count:,} {name} in viewers' streams")
    if ledger is not None:
        books.ledger_ok = bool(ledger.get("ok"))
        if not books.ledger_ok:
            books.problems += [f"the ledger: {problem}" for problem in ledger.get("problems", ["not ok"])]
    return books


def _note(books: Books, wrong: int, problem: str) -> None:
    if wrong:
        books.problems.append(problem)


def _merge(parts: Iterable[Mapping[str, RoomSeen]], faults: Faults) -> dict[str, RoomSeen]:
    """What all processes saw together. Offsets name the same gift in each of them."""
    whole: dict[str, RoomSeen] = {}
    for part in parts:
        for room, seen in part.items():
            known = whole.get(room)
            if known is None:
                whole[room] = RoomSeen(dict(seen.by_offset), list(seen.in_order), seen.quantity)
                continue
            for offset, gift_id in seen.by_offset.items():
                if known.by_offset.setdefault(offset, gift_id) != gift_id:
                    faults.conflicts += 1
            if len(seen.in_order) > len(known.in_order):
                known.in_order = seen.in_order
            known.quantity = max(known.quantity, seen.quantity)
    return whole


def _match_rooms(books: Books, receipts: Iterable[Receipt], rooms: Mapping[str, RoomSeen]) -> None:
    accepted: dict[str, dict[str, int]] = {}
    for receipt in receipts:
        accepted.setdefault(receipt.room, {})[receipt.id] = receipt.quantity
    for room in {*accepted, *rooms}:
        seen = rooms.get(room, RoomSeen())
        ids = Counter([*seen.by_offset.values(), *seen.in_order])
        bought = accepted.get(room, {})
        books.seen += len(ids)
        books.doubled += ids.total() - len(ids)
        books.unaccounted += sum(1 for gift_id in ids if gift_id not in bought)
        unseen = sum(1 for gift_id in bought if gift_id not in ids)
        if unseen and seen.quantity == sum(bought.values()):
            books.merged += unseen
        else:
            books.lost += unseen
