from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from app.rules.entries import Chargeback, ChargebackReversed, Entry, PayoutHold, Purchase
from app.rules.fraud_facts import Facts, Pair
from app.rules.fraud_watch import Asked, Watch
from tests.journal import gift, grant
from tests.rules.fraud_tables import rules_of

MINUTE_MS, DAY_MS = 60_000, 86_400_000
BORN_MS = 10**12
PAID = {"minor": 1, "tax_minor": 0, "currency": "USD", "country": "US", "provider": "demo"}
Timed = tuple[int, Entry]


def purchase(user: str, coins: int) -> Purchase:
    """Coins that were paid for."""
    return Purchase(id="p", user=user, coins=coins, price_book="b", **PAID)  # type: ignore[arg-type]


def chargeback(user: str) -> Chargeback:
    """Money that the provider took back."""
    return Chargeback(id="p", user=user, coins=1, purchase="p", **PAID)  # type: ignore[arg-type]


def reversed_again(user: str) -> ChargebackReversed:
    """Money that came again."""
    return ChargebackReversed(id="p", user=user, coins=1, purchase="p", **PAID)  # type: ignore[arg-type]


class Seen:
    """What a watch made of some entries, each so long after the first of all."""

    def __init__(self, rule: dict[str, Any], *entries: Timed, quiet: str = "") -> None:
        self.people: dict[str, Facts] = defaultdict(Facts)
        if quiet:
            self.people[quiet].quiet_ms = BORN_MS + 400 * DAY_MS
        pairs: dict[tuple[str, str], Pair] = defaultdict(Pair)
        self.watch = Watch(
            rules_of({"weight": 5, **rule}), self.people.__getitem__, lambda giver, receiver: pairs[giver, receiver]
        )
        for after_ms, entry in entries:
            self.watch.see(entry, BORN_MS + after_ms)

    @property
    def signs(self) -> list[str]:
        """Who has the sign."""
        return sorted(user for user, facts in self.people.items() if facts.signs)


OLD = (0, grant("ann", 5))
GAVE = {"signal": "gave", "within_s": 60, "coins": 10}
UNDONE = {"signal": "charged_back", "within_s": 60}
HABIT = {"signal": "out_of_habit", "within_s": 3600, "age_s": 86_400, "coins": 10, "count": 3}


@pytest.mark.parametrize(
    ("rule", "entries", "expected"),
    [
        (GAVE, [(0, gift("ann", "sam", 6)), (1000, gift("ann", "sue", 4))], ["ann"]),
        (GAVE, [(0, gift("ann", "sam", 6)), (3 * MINUTE_MS, gift("ann", "sam", 9))], []),
        (GAVE, [(0, gift("ann", "sam", 6)), (5, gift("bob", "sam", 6))], []),
        ({**GAVE, "signal": "bought"}, [(0, purchase("ann", 5)), (9, purchase("ann", 5))], ["ann"]),
        ({"signal": "new_account", "age_s": 60, "coins": 10}, [OLD, (5, gift("ann", "sam", 10))], ["ann"]),
        ({"signal": "new_account", "age_s": 60, "coins": 10}, [OLD, (MINUTE_MS, gift("ann", "sam", 10))], []),
        (
            {"signal": "new_payment", "age_s": 60, "coins": 10},
            [OLD, (DAY_MS, purchase("ann", 99)), (DAY_MS + 5, gift("ann", "sam", 10))],
            ["ann"],
        ),
        (
            {"signal": "new_payment", "age_s": 60, "coins": 10},
            [OLD, (9, gift("ann", "sam", 9)), (DAY_MS, purchase("ann", 99)), (DAY_MS + 5, gift("ann", "sam", 9))],
            [],
        ),
        (HABIT, [(0, gift("ann", "sam", 5)), (3 * DAY_MS, gift("ann", "sue", 15))], ["ann"]),
        (HABIT, [(0, gift("ann", "sam", 5)), (3 * DAY_MS, gift("ann", "sam", 15))], []),
        (HABIT, [(0, gift("ann", "sam", 6)), (3 * DAY_MS, gift("ann", "sue", 15))], []),
        (
            {"signal": "charged_back", "within_s": 60, "count": 2},
            [(0, chargeback("ann")), (5, chargeback("ann"))],
            ["ann"],
        ),
        (
            {"signal": "charged_back", "within_s": 60, "count": 2},
            [(0, chargeback("ann")), (DAY_MS, chargeback("ann"))],
            [],
        ),
        (
            {"signal": "charged_back", "within_s": 60, "count": 1},
            [(0, chargeback("ann")), (5, reversed_again("ann"))],
            [],
        ),
    ],
)
def test_what_entries_show(rule: dict[str, Any], entries: list[Timed], expected: list[str]) -> None:
    """Each signal is seen where its figures are reached, within its time, and not below them."""
    assert expected == Seen(rule, *entries).signs


def test_the_rules_keep_silent_about_who_was_released() -> None:
    """For a while; what is charged back is told all the same."""
    assert [] == Seen(GAVE, (0, gift("ann", "sam", 99)), quiet="ann").signs
    assert ["ann"] == Seen({**UNDONE, "count": 1}, (0, chargeback("ann")), quiet="ann").signs


def test_where_the_archive_has_to_be_asked() -> None:
    """A pair that may close a ring, a streamer whose coins are of new accounts, a payout."""
    ring = {"signal": "ring", "within_s": 60, "coins": 10, "count": 3, "ppm": 1}
    fed = {"signal": "fed_by_new", "within_s": 60, "age_s": 60, "coins": 5, "count": 2, "ppm": 500_000}
    gifts = [(0, gift("ann", "bob", 10)), (5, gift("bob", "ann", 9)), (6, gift("bob", "ann", 1))]
    hold = PayoutHold(id="x", user="sam", milli=7)

    assert {("bob", "ann"): BORN_MS + 6} == Seen(ring, *gifts).watch.closed
    assert {"sam": BORN_MS + 9} == Seen(fed, (0, gift("ann", "sam", 9)), (9, gift("bob", "sam", 1))).watch.fed
    assert {} == Seen(fed, OLD, (DAY_MS, gift("ann", "sam", 90)), (DAY_MS, gift("bob", "sam", 10))).watch.fed
    assert [Asked("sam", 7, BORN_MS)] == Seen(ring, (0, hold)).watch.payouts
