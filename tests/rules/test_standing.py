from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.standing import AHEAD_MS, SKEW_MS, Look, Loss, Mark, has_lost, new_shift_ms

NOW_MS = 1_790_000_000_000
KNOWN, LATER = Mark(2, 100, "aa", "7-0"), Mark(2, 130, "bb", "9-0")


def look(**changed: Any) -> Look:
    """A store that stands just where it was known to stand."""
    usual: dict[str, Any] = {
        "clock_ms": NOW_MS,
        "shift_ms": 0,
        "steps": 0,
        "high_ms": NOW_MS - 1000,
        "mark": KNOWN,
        "archived": 0,
        "lost_term": 0,
        "head_then": "aa",
    }
    return Look(**(usual | changed))


@pytest.mark.parametrize("mark", [Mark(), KNOWN, Mark(3, 1, "c0ffee", "1790000000000-3")])
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    """The text of a mark is the mark."""
    assert mark == Mark.read(str(mark))


@pytest.mark.parametrize("text", ["", "1", "1 2 h", "x 2 h e", "1 2 h e f"])
def test_what_is_no_mark(text: str) -> None:
    """Any other text is none."""
    with pytest.raises(ValueError, match=r".*"):
        Mark.read(text)


def test_the_later_mark_is_the_greater() -> None:
    """A later term counts more than any n, and in one term n does."""
    assert [Mark(), Mark(0, 7), Mark(1, 2), Mark(1, 3)] == sorted([Mark(1, 3), Mark(0, 7), Mark(1, 2), Mark()])


@pytest.mark.parametrize(
    ("what", "known", "changed", "expected"),
    [
        ("nothing was known", Mark(), {"head_then": ""}, False),
        ("an empty store, of which nothing was known", Mark(), {"mark": Mark(), "head_then": ""}, False),
        ("it stands where it stood", KNOWN, {}, False),
        ("it went on", KNOWN, {"mark": LATER}, False),
        ("it went on, the entry was trimmed", KNOWN, {"mark": LATER, "head_then": "", "archived": 100}, False),
        ("somebody has noted a loss", KNOWN, {"mark": Mark(3, 50, "bb", "5-0"), "head_then": ""}, False),
        ("it has less", KNOWN, {"mark": Mark(2, 99, "bb", "6-0"), "head_then": ""}, True),
        ("it has as many, but others", KNOWN, {"mark": Mark(2, 100, "bb", "6-0"), "head_then": ""}, True),
        ("it went on from less", KNOWN, {"mark": LATER, "head_then": ""}, True),
        ("it went on, with another entry there", KNOWN, {"mark": LATER, "head_then": "cc"}, True),
        ("it is older than a loss that was noted", KNOWN, {"mark": Mark(1, 300, "bb", "9-0")}, True),
        ("it is empty", KNOWN, {"mark": Mark(), "head_then": ""}, True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_lost(what: str, known: Mark, changed: dict[str, Any], expected: bool) -> None:
    """A store has lost something when it has less than was known, or something else in its place."""
    assert expected == has_lost(known, look(**changed))


@pytest.mark.parametrize(
    ("what", "clock_ms", "shift_ms", "expected_ms", "now_ms"),
    [
        ("as expected", 0, 0, (0, 0), None),
        ("nothing is known", 3_600_000, 0, None, None),
        ("an answer that took its time", -4000, 0, (-8000, 0), None),
        ("a little ahead", AHEAD_MS, 0, (0, 0), None),
        ("a little behind", -SKEW_MS + 1, 0, (0, 0), None),
        ("a jump ahead", 3_600_000, 0, (0, 20), 20),
        ("a jump back", -3_600_000, 0, (0, 20), 20),
        ("back from a jump", 0, -3_600_000, (0, 20), 20),
        ("behind the latest entry, nothing known", -3_600_000, 0, None, -1000),
        ("behind the latest entry by little", -SKEW_MS, 0, None, None),
    ],
)
def test_what_makes_up_for_a_jump(
    what: str, clock_ms: int, shift_ms: int, expected_ms: tuple[int, int] | None, now_ms: int | None
) -> None:
    """After a jump the ledger's time is what was expected; it never is long before the latest entry."""
    seen = look(clock_ms=NOW_MS + clock_ms, shift_ms=shift_ms)
    expected = None if expected_ms is None else (NOW_MS + expected_ms[0], NOW_MS + expected_ms[1])
    found = new_shift_ms(seen, expected)

    assert now_ms == (None if found is None else seen.clock_ms + found - NOW_MS)


@given(
    clock=st.integers(-(10**9), 10**9),
    shift=st.integers(-(10**9), 10**9),
    high=st.integers(-(10**9), 10**9),
    earliest=st.none() | st.integers(-(10**9), 10**9),
    took=st.integers(0, 10_000),
)
def test_a_shift_puts_everything_right(clock: int, shift: int, high: int, earliest: int | None, took: int) -> None:
    """Whatever the clock says: once shifted, the time is not before the latest entry, and needs no other shift."""
    expected = None if earliest is None else (NOW_MS + earliest, NOW_MS + earliest + took)
    seen = look(clock_ms=NOW_MS + clock, shift_ms=shift, high_ms=NOW_MS + high)
    found = new_shift_ms(seen, expected)
    after = seen if found is None else seen._replace(shift_ms=found)

    assert after.now_ms >= after.high_ms - SKEW_MS
    if found is not None:
        assert new_shift_ms(after, None) is None
        assert expected is None or after.now_ms == max(expected[1], min(after.now_ms, after.high_ms))


def test_a_loss_says_what_is_gone() -> None:
    """Of entries both numbers and heads are told, of a room's events the offsets."""
    loss = Loss(at_ms=1, first=1783, last=2316, seen_head="ab" * 20, found_n=1782, found_head="cd" * 20)
    room = Loss(at_ms=1, first=5, last=8, room="main")

    assert "n 1783 to 2316" in str(loss)
    assert "(head abababababab)" in str(loss)
    assert "it has n 1782 (head cdcdcdcdcdcd)" in str(loss)
    assert "room main: events 5 to 8 were shown" in str(room)
