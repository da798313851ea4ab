from __future__ import annotations

import logging

import pytest

from app.base.log import SUBJECTS_MAX, Throttle

log = logging.getLogger("fanfare.test")


def test_a_flood_is_one_line_a_minute_with_a_count(caplog: pytest.LogCaptureFixture) -> None:
    """The first of a kind is said at once, the rest of the minute is a number in the next line."""
    now_s = [100.0]
    throttle = Throttle(log, now_s=lambda: now_s[0])

    said = [throttle.say(logging.WARNING, "refused", "refused %s", i) for i in range(1000)]
    now_s[0] += 60
    throttle.say(logging.WARNING, "refused", "refused %s", 1000)
    now_s[0] += 60
    throttle.say(logging.WARNING, "refused", "refused %s", 1001)

    assert (True, 1) == (said[0], sum(said))
    assert ["refused 0", "refused 1000 (and 999 times more since it was last said)", "refused 1001"] == caplog.messages


def test_subjects_do_not_hide_each_other(caplog: pytest.LogCaptureFixture) -> None:
    """Two different things are both said."""
    throttle = Throttle(log)

    assert [True, True, False] == [throttle.say(logging.ERROR, name, "%s", name) for name in ("a", "b", "a")]
    assert ["a", "b"] == caplog.messages


def test_subjects_are_bounded() -> None:
    """However many subjects there are, only so many are remembered, the newest."""
    throttle = Throttle(log)
    for i in range(3 * SUBJECTS_MAX):
        throttle.say(logging.DEBUG, str(i), "x")

    assert SUBJECTS_MAX == len(throttle._said)
    assert not throttle.say(logging.DEBUG, str(3 * SUBJECTS_MAX - 1), "x")
