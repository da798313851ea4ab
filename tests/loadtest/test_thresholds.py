from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import ConfigError
from loadtest.thresholds import OPERATORS, Outcome, Threshold, judge, parse


@given(st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True), st.sampled_from(sorted(OPERATORS)), st.integers(-99, 99))
def test_what_is_written_is_what_is_read(metric: str, sign: str, bound: int) -> None:
    """A threshold that is written out and read again is the same, blanks or not."""
    threshold = Threshold(metric, sign, float(bound))

    assert parse(str(threshold)) == parse(f" {metric} {sign} {bound} ") == threshold


@pytest.mark.parametrize("text", ["", "p99", "p99<=", "<=5", "p99=5", "p99<=x", "P99<=5", "p99<=5 ms", "a<=1;b"])
def test_anything_else_is_refused(text: str) -> None:
    """What is no threshold is refused with an example of one."""
    with pytest.raises(ConfigError, match="p99_seen_ms<=60"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "passed"),
    [("p99_seen_ms<=60", True), ("p99_seen_ms<60", False), ("p99_seen_ms>60", False), ("p99_seen_ms==60", True)],
)
def test_a_run_is_judged(text: str, passed: bool) -> None:
    """A threshold holds or not by the run's own number."""
    assert judge(parse(text), {"p99_seen_ms": 60.0}) == Outcome(text, 60.0, passed)


def test_what_was_not_measured_has_not_passed() -> None:
    """A threshold on a number that the run does not have fails."""
    assert judge(parse("no_such_thing<=1"), {}) == Outcome("no_such_thing<=1", None, False)
