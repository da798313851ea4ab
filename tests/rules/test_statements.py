from __future__ import annotations

import csv
from typing import get_args

import pytest

from app.rules.entries import Entry, Gift
from app.rules.gift_steps import GiftPaid, GiftReturned, GiftStep
from app.rules.moves import CoinsMove, Move
from app.rules.statements import KINDS, StatementLine, What, csv_of, entry_kinds, kind_of, what_of
from tests.store import moving

GIFT = Gift("i", "ann", "sam", "main", "rose", 3, 3, 3000, 0, 1, "c", 7, 5, None, 0)
PAID = GiftPaid("i", "ann", "sam", "main", "rose", 3, 3, 3000, 0, 1, "c", 5, 2)
BACK = GiftReturned("i", "ann", "sam", "main", "rose", 3, 3, 3000, 0, 1, "c", 0, 8, 0, "room_ended", False, 1)


def test_every_kind_that_moves_a_wallet_is_one() -> None:
    """The kinds of a statement are those of a gift, there and back, and of all moves of coins."""
    moves = [kind for kind in get_args(Entry) if issubclass(kind, CoinsMove)]

    assert {"gift", "gift_returned", *(kind.__struct_config__.tag for kind in moves)} == set(KINDS)


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        *((gift, What(gift="rose", quantity=3, receiver="sam", room="main")) for gift in (GIFT, PAID, BACK)),
        (moving.purchase("ann", 5, id="p1"), What(purchase="p1")),
        (moving.chargeback("ann", 5), What(purchase="p")),
        (moving.refund("ann", 5), What(purchase="p", reason="test")),
        (moving.grant("ann", 5, reason="welcome"), What(reason="welcome")),
        (moving.adjustment("ann", -5), What(reason="test")),
        (moving.promotion("ann", 5, id="m1"), What(promotion="m1", room="main")),
        (moving.promotion_returned("ann", 5, id="m1"), What(promotion="m1", room="main")),
    ],
)
def test_what_it_was_for(entry: GiftStep | Move, what: What) -> None:
    """A line says the gift and who got it, the purchase, the promotion, or the reason; not who the operators were."""
    assert what == what_of(entry)  # type: ignore[arg-type]


def test_where_a_gift_went_is_nothing_to_its_giver() -> None:
    """One to another partition is a gift like any other, and is found among them."""
    assert ["gift", "gift", "gift_returned"] == [kind_of(one) for one in (GIFT, PAID, BACK)]
    assert ("gift", "gift_paid", "grant", "gift_returned") == entry_kinds(["gift", "grant", "gift_returned"])


def test_a_spreadsheet_reads_it() -> None:
    """CSV has a heading, quotes what needs it, and holds no formula."""
    lines = [
        StatementLine(id="2", at_ms=1_790_000_000_000, kind="gift", coins=-3, balance=5, what=what_of(GIFT)),
        StatementLine(id="1", at_ms=0, kind="grant", coins=8, balance=8, what=What(reason='=1+1, "x"\n')),
    ]
    rows = list(csv.DictReader(csv_of(lines)))

    assert ("2026-09-21T14:13:20Z", "-3", "rose", "sam") == tuple(
        rows[0][name] for name in ("time", "coins", "gift", "receiver")
    )
    assert ("1970-01-01T00:00:00Z", '\'=1+1, "x"\n') == (rows[1]["time"], rows[1]["reason"])
