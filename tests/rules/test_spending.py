from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from app.base.errors import Refusal
from app.rules.spending import (
    COOL_OFFS,
    RAISED_AFTER_MS,
    SAID,
    WINDOWS,
    Bounds,
    Guard,
    Limits,
    LimitsChange,
    begun,
    change_limits,
    check_purchase,
    cool_off,
    packed,
    read_come,
    refusal_in,
    refusal_of,
    spent_by,
    words_of,
)
from app.rules.zones import window_at, zone_at

NOW_MS = 1_800_000_000_000
COINS = st.none() | st.integers(0, 5)
CHANGES = st.builds(
    lambda values: LimitsChange(**values),
    st.dictionaries(st.sampled_from(["gift", "day", "week", "month"]), COINS, min_size=1),
)


def tighter(one: int | None, other: int | None) -> bool:
    """Whether a limit lets less through than the other."""
    return one is not None and (other is None or one < other)


@given(st.lists(st.tuples(CHANGES, st.integers(0, RAISED_AFTER_MS)), max_size=8))
def test_no_change_raises_a_limit_at_once(changes: list[tuple[LimitsChange, int]]) -> None:
    """Whatever is asked in whatever order: no limit is higher at once, and what was wished holds a day later."""
    bounds, now_ms, wished = Bounds(), NOW_MS, Limits()
    for change, passed in changes:
        now_ms += passed
        before = bounds.at(now_ms)
        bounds = change_limits(bounds, change, now_ms)
        for name in ("gift", *WINDOWS):
            wanted, was, value = getattr(change, name), getattr(before.own, name), getattr(bounds.own, name)
            assert not tighter(was, value), name
            if wanted is not UNSET:
                wished = replace(wished, **{name: wanted})
                assert value == (was if tighter(was, wanted) else wanted)
        assert bounds.later is None or now_ms < bounds.later_ms <= now_ms + RAISED_AFTER_MS
    assert wished == bounds.at(now_ms + RAISED_AFTER_MS).own


def test_lower_at_once_and_higher_a_day_later() -> None:
    """A lower limit holds at once, a higher one or none after a day; lowered meanwhile, the raise is given up."""
    bounds = change_limits(Bounds(), LimitsChange(day=100, gift=50), NOW_MS)
    assert (Limits(day=100, gift=50), None) == (bounds.own, bounds.later)
    bounds = change_limits(bounds, LimitsChange(day=200, gift=40), NOW_MS)
    assert (Limits(day=100, gift=40), Limits(day=200, gift=40)) == (bounds.own, bounds.later)
    assert NOW_MS + RAISED_AFTER_MS == bounds.later_ms
    assert bounds == change_limits(bounds, LimitsChange(day=200), NOW_MS + 5)
    again = change_limits(bounds, LimitsChange(week=None, reminder_every=10), NOW_MS + 5)
    assert (bounds.later_ms, 10) == (again.later_ms, again.every)
    assert (Limits(day=90, gift=40), None) == (
        (lower := change_limits(bounds, LimitsChange(day=90), NOW_MS + 5)).own,
        lower.later,
    )
    after = change_limits(bounds, LimitsChange(gift=None), NOW_MS + RAISED_AFTER_MS)
    assert (Limits(day=200, gift=40), Limits(day=200)) == (after.own, after.later)


def test_a_cool_off_is_never_shortened() -> None:
    """The longer one holds, in whatever order they are asked for, and its end is told."""
    for first, second in (("30d", "24h"), ("24h", "30d")):
        bounds = cool_off(cool_off(Bounds(), COOL_OFFS[first], NOW_MS), COOL_OFFS[second], NOW_MS)
        assert NOW_MS + COOL_OFFS["30d"] == bounds.cool_off_ms
        with pytest.raises(Refusal) as refused:
            check_purchase(bounds, NOW_MS)
        assert {"limit": "cool_off", "left": 0, "resets_ms": bounds.cool_off_ms} == refused.value.details
        check_purchase(bounds, bounds.cool_off_ms)


def test_nothing_is_bought_under_lock() -> None:
    """A lock stands against purchases too; other limits do not."""
    check_purchase(Bounds(own=Limits(day=0), guard=Guard(day=0)), NOW_MS)
    with pytest.raises(Refusal, match="locked"):
        check_purchase(Bounds(guard=Guard(locked=True)), NOW_MS)


def test_what_is_refused_is_said() -> None:
    """Each limit has a sentence of its own, and the details that go with it."""
    for limit in SAID:
        refusal = refusal_of(f"{limit}|5|0")
        assert (SAID[limit], limit, 5, None) == (refusal.message, *refusal.details.values())
    assert ["locked", "limit_reached"] == [refusal_of(f"{text}|0|0").slug for text in ("locked", "approval")]


def test_a_refusal_is_kept_in_words() -> None:
    """What was refused once is refused in the same words again."""
    for refusal in (
        refusal_of("day|3|99"),
        refusal_of("cool_off|0|7"),
        refusal_of("locked|0|0"),
        Refusal("wallet_frozen"),
    ):
        again = refusal_in(words_of(refusal))
        assert (refusal.slug, refusal.details, refusal.message) == (again.slug, again.details, again.message)


@given(st.integers(0, 9 * 10**15), st.tuples(*(st.integers(0, 10**9),) * 3))
def test_how_far_somebody_has_come(given_: int, spent: tuple[int, int, int]) -> None:
    """What the archive tells begins the windows that run, exactly, and what is over is not spent any more."""
    zone = zone_at("Asia/Kathmandu", NOW_MS)
    come = read_come(begun(given_, spent, zone, NOW_MS).packed())
    assert (spent, 88) == (spent_by(come, given_, NOW_MS), len(come.packed()))
    assert (window_at(zone.day, NOW_MS)[1], window_at(zone.month, NOW_MS)[1]) == (come.day_end, come.month_end)
    assert (0, 0, 0) == spent_by(come, given_, int(come.month_end) + 8 * 86_400_000)
    assert b"later_ms" in packed(Bounds())
