from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rules.fraud_facts import Facts, Pair, Window
from tests.rules.fraud_tables import rules_of

DAY_MS = 86_400_000
RULES = rules_of(
    {"signal": "gave", "within_s": 60, "coins": 5, "weight": 30},
    {"signal": "charged_back", "within_s": 60, "count": 1, "weight": 40},
    {"signal": "long_standing", "age_s": 86_400, "count": 2, "weight": -25},
)


@given(steps=st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 100)), max_size=30))
def test_a_window_slides(steps: list[tuple[int, int]]) -> None:
    """It never misses what came within its span of time, and never counts more than twice that time has."""
    window, at_ms, seen = Window(), 10**12, list[tuple[int, int]]()
    for after_ms, amount in steps:
        at_ms += after_ms
        seen.append((at_ms, amount))
        told = window.add(amount, at_ms, 60_000)
        span = at_ms // 60_000
        assert told >= sum(amount for when, amount in seen if when // 60_000 == span)
        assert told <= sum(amount for when, amount in seen if when // 60_000 >= span - 1)


def test_signs_count_for_a_while() -> None:
    """Their weights add up until their time is over; an account of long standing has something for it."""
    facts = Facts(first_ms=1, purchases=2, signs={"r0": 2 * DAY_MS, "r1": 3 * DAY_MS})

    assert [70, 45, 15, 0] == [facts.score(RULES, at_ms) for at_ms in (5, DAY_MS + 1, 2 * DAY_MS, 3 * DAY_MS)]
    facts.undone = [5]
    assert 70 == facts.score(RULES, DAY_MS + 1)
    facts.release(9 * DAY_MS)
    assert (0, 9 * DAY_MS) == (facts.score(RULES, 5), facts.quiet_ms)


def test_the_best_day_is_one_before() -> None:
    """What was given today is no habit yet."""
    facts, best = Facts(), []
    for day, coins in ((1, 5), (1, 7), (2, 3), (4, 1)):
        facts.give(coins, day * DAY_MS)
        best.append(facts.best)

    assert ([0, 0, 12, 12], 16, 1) == (best, facts.given, facts.today)


def test_a_pair_that_was_silent_begins_anew() -> None:
    """What was given long ago is forgotten."""
    pair = Pair()

    assert [0, 5, 0] == [pair.add(coins, at_ms, DAY_MS) for coins, at_ms in ((5, DAY_MS), (6, 2), (7, 9 * DAY_MS))]
    assert Pair(7, 9 * DAY_MS, 9 * DAY_MS) == pair
