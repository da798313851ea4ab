from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.rules.entries import Entry, Gift, decode
from app.rules.gift_steps import (
    GiftClosed,
    GiftCredited,
    GiftDelivered,
    GiftPaid,
    GiftReturned,
    delivered_key,
    gift_key,
)
from app.rules.postings import sums

AMOUNTS = st.integers(0, 10**15)


def steps(coins: int, milli: int, share: int, owed: int = 0) -> list[Entry]:
    """A gift of ann to sam in all steps that there are, and the same as one entry."""
    line = ("i", "ann", "sam", "main", "rose", 1, coins, milli, share, 1, "c")
    return [
        GiftPaid(*line, 5, 3),
        GiftDelivered(*line, 7, False, None, 0),
        GiftDelivered(*line, 7, True, "12", 3, True),
        GiftCredited(
            id="i",
            user="sam",
            milli=milli,
            sender="ann",
            room="main",
            gift="rose",
            quantity=1,
            coins=coins,
            card="c",
            anonymous=False,
            noted=(milli, 0, 0),
        ),
        GiftClosed(*line, 7, 5, None, 0, False, 1, 2),
        GiftReturned(*line, owed, 5, 0, "room_not_live", False, 1),
        Gift(*line, 7, 5, None, 0),
    ]


def moved(*entries: Entry) -> dict[str, int]:
    """What the entries move between accounts, together."""
    found: dict[str, int] = {}
    for entry in entries:
        for account, _, amount in entry.postings():
            found[account] = found.get(account, 0) + amount
    return {account: amount for account, amount in found.items() if amount}


@given(coins=AMOUNTS, milli=AMOUNTS, share=AMOUNTS, part=st.floats(0, 1))
def test_each_step_balances_and_they_come_to_a_gift(coins: int, milli: int, share: int, part: float) -> None:
    """Each step is in balance. Paid, delivered and closed move what one gift does, also by way of a guest's credit;
    paid and returned move nothing but a debt that was paid off.
    """
    owed = int(coins * part)
    paid, delivered, elsewhere, credited, closed, returned, gift = steps(coins, milli, share, owed)

    for entry in steps(coins, milli, share, owed):
        assert not any(sums(entry.postings()).values())
        # The archive has one line for each account and entry.
        accounts = [account for account, _, _ in entry.postings()]
        assert sorted(set(accounts)) == sorted(accounts)
    assert moved(gift) == moved(paid, delivered, closed) == moved(paid, elsewhere, closed, credited)
    assert moved(paid, returned) == {
        account: amount
        for account, amount in (
            ("viewer:ann:coins", -owed),
            ("platform:coins_clawed_back", owed),
            ("viewer:ann:debt", owed),
            ("platform:coins_owed", -owed),
        )
        if amount
    }


def test_steps_have_keys_of_their_own() -> None:
    """A gift is paid once in whatever way, delivered once, credited once, and ends once."""
    keys = [entry.key for entry in steps(1, 1, 0)]

    assert keys == [
        gift_key("ann", "i"),
        *[delivered_key("ann", "i")] * 2,
        "credited:ann:i",
        *["closed:ann:i"] * 2,
        gift_key("ann", "i"),
    ]
    assert 4 == len(set(keys))


def test_what_is_noted_after_a_step() -> None:
    """Where coins leave or come back the wallet is noted; of other steps nothing."""
    noted = [entry.after() for entry in steps(1, 1, 0)]

    assert [("viewer:ann:coins", 5)] == noted[0]
    assert [[], []] == noted[1:3]
    assert ("streamer:sam:diamonds_pending", 1) == noted[3][0]
    assert [] == noted[4]
    assert [("viewer:ann:coins", 5), ("viewer:ann:debt", 0)] == noted[5]


def test_a_line_is_read_as_what_was_written() -> None:
    """Each step's line is read as itself, and begins with its kind and its id."""
    for entry in steps(1, 2, 3):
        line = msgspec.json.encode(entry)

        assert entry == decode(line)
        begin = "0,[2,0,0]," if entry.kind == "gift_credited" else ""
        assert line.startswith(f'["{entry.kind}",{begin}"i",'.encode())
