from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rules.entries import Chargeback, Settlement
from app.rules.figures import Figures, figures_of, totals_of
from app.rules.postings import SHARE
from tests.journal import Journal, gift, grant

NAMES = st.sampled_from(
    [
        "viewer:a:coins",
        "viewer:b:coins",
        "viewer:a:given",
        "viewer:a:debt",
        "streamer:s:diamonds_held",
        "platform:coins_spent",
        SHARE,
    ]
)
BALANCES = st.dictionaries(NAMES, st.integers(-(10**15), 10**15))


def busy() -> Journal:
    """A journal with a debt, a settlement and a share."""
    journal = Journal()
    journal.write(grant("ann", 100), gift("ann", "sam", 90, streamer_milli=60_000, platform_milli=30_000))
    journal.write(
        Chargeback(
            id="c", user="ann", coins=50, owed=40, minor=1, tax_minor=0, currency="USD", country="US", provider="demo",
            purchase="p",
        )
    )  # fmt: skip
    journal.write(Settlement(id="sam:0", user="sam", milli=20_000, since_ms=0, until_ms=1))
    return journal


def test_the_figures_of_a_ledger() -> None:
    """What was issued and minted is in wallets, spent, clawed back, or in a state of the streamers' diamonds."""
    expected = Figures(
        issued=100,
        wallets=0,
        spent=90,
        clawed_back=10,
        owed=40,
        minted=60_000,
        shared=30_000,
        pending=40_000,
        available=20_000,
    )
    found = figures_of(busy().replay.balances)

    assert (expected, 0) == (found, found.drift)
    assert {
        "issued": 100,
        "escrow": 0,
        "spent": 90,
        "clawed": 10,
        "minted": 60_000,
        "shared": 30_000,
        "paid": 0,
    } == totals_of(found)


def test_what_does_not_come_out_is_drift() -> None:
    """A coin and a diamond that are nowhere are counted, and do not cancel each other out."""
    assert 1007 == Figures(issued=7, minted=1000).drift
    assert 1007 == Figures(wallets=7, held=1000).drift


@given(BALANCES, BALANCES)
def test_figures_add_up(one: dict[str, int], other: dict[str, int]) -> None:
    """The figures of two sets of accounts are those of both together; what was added can be taken off again."""
    both = {name: one.get(name, 0) + other.get(name, 0) for name in one | other}

    assert figures_of(both) == figures_of(one) + figures_of(other)
    assert figures_of(one) == figures_of(both) - figures_of(other)
