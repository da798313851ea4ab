from __future__ import annotations

import msgspec
import pytest

from app.base.errors import Refusal
from app.rules.guard_changes import GuardChange, change_guard
from app.rules.spending import Guard

BEFORE = Guard(gift=1, day=2, week=3, month=4, approve_from=5, from_minute=6, to_minute=7, blocked=("s",), locked=True)


def changed(body: str) -> Guard:
    """What a body makes of it."""
    return change_guard(BEFORE, msgspec.json.decode(body, type=GuardChange))


def test_what_is_not_named_stays() -> None:
    """Each field by itself; null takes it away, and a lock is not touched."""
    assert BEFORE == changed("{}")
    assert Guard(locked=True) == changed(
        '{"gift":null,"day":null,"week":null,"month":null,"approve_from":null,"hours":null,"blocked_streamers":[]}'
    )
    after = changed('{"gift":9,"hours":{"from":1380,"to":60},"blocked_streamers":["a","b","a"]}')
    assert (9, 2, 1380, 60, ("a", "b")) == (after.gift, after.day, after.from_minute, after.to_minute, after.blocked)


def test_hours_that_are_none() -> None:
    """They end at another time than they begin."""
    with pytest.raises(Refusal, match="bad_request"):
        changed('{"hours":{"from":60,"to":60}}')
