from __future__ import annotations

import json
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.entries import Adjustment, Entry, Gift, PayoutReturned, decode
from app.rules.moves import Move
from app.rules.postings import sums

AMOUNTS = st.integers(0, 9 * 10**15)
TEXTS = st.text(max_size=20)
KINDS = [kind for kind in get_args(Entry) if issubclass(kind, Move)]


@st.composite
def moves(draw: st.DrawFn) -> Move:
    """Any entry but a gift, with `owed` within its amount."""
    kind = draw(st.sampled_from(KINDS))
    values = {
        field.name: draw(VALUES.get(field.name, AMOUNTS))
        for field in msgspec.structs.fields(kind)
        if field.name not in ("owed", "noted")
    }
    move: Move = kind(**values)
    return msgspec.structs.replace(move, owed=draw(st.integers(0, move.amount)))


VALUES = {
    **dict.fromkeys(
        (
            *("id", "user", "reason", "by", "second", "purchase", "price_book", "card", "why", "room", "package"),
            *("book", "sender", "gift"),
        ),
        TEXTS,
    ),
    "anonymous": st.booleans(),
    **dict.fromkeys(("currency", "country", "provider", "rail"), st.sampled_from(["USD", "JP", "demo"])),
    "state": st.sampled_from(["pending", "available"]),
    "stage": st.sampled_from(["held", "paid"]),
    "coins": AMOUNTS,
    "approved": st.booleans(),
}


@given(move=moves())
def test_postings_balance_in_each_unit(move: Move) -> None:
    """Whatever moves, each unit's postings sum to zero; of the payouts too, where gross is its parts."""
    assert {0} >= set(sums(move.postings()).values())


@given(coins=AMOUNTS, milli=AMOUNTS, share=AMOUNTS)
def test_a_gifts_postings_balance(coins: int, milli: int, share: int) -> None:
    """A gift's coins and diamonds sum to zero, and what the sender had left is noted."""
    gift = Gift("i", "ann", "sam", "main", "rose", 1, coins, milli, share, 1, "c", 7, 5, None, 0)

    assert {"coins": 0, "milli": 0} == sums(gift.postings())
    assert [("viewer:ann:coins", 5)] == gift.after()
    assert ("gift", "gift:ann:i") == (gift.kind, gift.key)


@given(move=moves())
def test_a_line_is_read_as_what_was_written(move: Move) -> None:
    """The line that the script puts together from the pieces is the entry."""
    before, behind = msgspec.structs.replace(move, owed=0).pieces()

    assert msgspec.structs.replace(move, noted=(4, 5)) == decode(f"{before}{move.owed},[4,5]{behind}")


def test_kinds_have_names_of_their_own() -> None:
    """Each kind is told from the others by the first word of its line."""
    names = [kind.__struct_config__.tag for kind in get_args(Entry)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("coins", "op"), [(5, "credit"), (-5, "take")])
def test_an_adjustment_goes_by_its_sign(coins: int, op: str) -> None:
    """Coins above zero are given, below zero they are taken."""
    adjustment = Adjustment(id="a", user="ann", coins=coins, reason="r", by="o", second="p")

    assert (op, 5) == (adjustment.op, adjustment.amount)


@pytest.mark.parametrize(
    ("stage", "op", "money"), [("held", "unhold", set()), ("paid", "unpay", {"USD", "USD-micros"})]
)
def test_a_payout_comes_back_by_its_stage(stage: str, op: str, money: set[str]) -> None:
    """Before it was paid only diamonds come back; afterwards the money too. Each may happen once."""
    line = ["payout_returned", 0, [0, 5, 0], "p", "sam", 5, 9, 2, 3, 4, 7, "USD", "US", "bank", "c", stage, "why"]
    returned = decode(json.dumps(line))

    assert isinstance(returned, PayoutReturned)
    assert (op, f"payout_returned:p:{stage}") == (returned.op, returned.key)
    assert {"milli", *money} == sums(returned.postings()).keys()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '["dance"]',
        '["gift"]',
        '["grant",0,[],"k","ann","x","r","b"]',
        '["freeze",-1,[],"k","a","r","b"]',
    ],
)
def test_what_is_no_entry(text: str) -> None:
    """A line of another shape is refused."""
    with pytest.raises(msgspec.DecodeError):
        decode(text)
