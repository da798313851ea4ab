from __future__ import annotations

import msgspec

from app.rules.spending import RAISED_AFTER_MS, Bounds, Guard, Limits
from app.rules.spending_views import Reminder, view_of
from app.rules.zones import zone_at

NOW_MS = 1_800_000_000_000


def test_limits_as_they_are_shown() -> None:
    """All four limits are there, null where there is none; what is over is not shown as coming."""
    zone, later_ms = zone_at("UTC", NOW_MS), NOW_MS + RAISED_AFTER_MS
    bounds = Bounds(own=Limits(day=5), later=Limits(), later_ms=later_ms, cool_off_ms=NOW_MS + 1, guard=Guard(day=3))
    shown = msgspec.to_builtins(view_of(bounds, (1, 2, 3), zone, NOW_MS))
    none = dict.fromkeys(("gift", "day", "week", "month"))

    assert none | {"day": 5} == shown["limits"]
    assert {"limits": none, "from_ms": later_ms} == shown["pending"]
    assert ({"day": 1, "week": 2, "month": 3}, {"day": 3}) == (shown["spent"], shown["guardian_limits"])
    assert NOW_MS + 1 == shown["cool_off_until_ms"]
    after = view_of(bounds, (0, 0, 0), zone_at("UTC", later_ms), later_ms)
    assert (None, None, None) == (after.limits.day, after.pending, after.cool_off_until_ms)
    assert b'{"type":"reminder","spent_today":7}' == msgspec.json.encode(Reminder(7))
