from __future__ import annotations

from typing import Any

import pytest

from app.base.errors import Refusal
from app.rules.gift_steps import GiftDelivered
from app.rules.goals import TARGET_MAX, Goal, KeptGoal, NewGoal, goal_of
from tests.journal import gift

NOW_MS = 1_790_000_000_000
GIFTS = {"rose", "swan"}


def asked(**changed: Any) -> NewGoal:
    """A goal of a hundred roses within the hour."""
    return NewGoal(**{"title": "Encore", "target": 100, "gift": "rose", "ends_ms": NOW_MS + 3_600_000, **changed})


def test_a_goal_is_what_was_asked_for() -> None:
    """A goal has the target, the gift and the end that were asked for, and its title on one line."""
    goal = goal_of(asked(title=" An\n encore "), "g", GIFTS, NOW_MS)

    assert Goal(id="g", title="An encore", target=100, gift="rose", ends_ms=NOW_MS + 3_600_000) == goal
    assert (None, None) == (goal_of(asked(gift=None, ends_ms=None), "g", GIFTS, NOW_MS).gift, None)


def test_what_a_gift_is_to_a_goal() -> None:
    """A goal of coins counts what a gift cost, one of a gift how many of it there are, and neither after its end."""
    kept: dict[str, Any] = {"id": "g", "title": "G", "target": 9, "ends_ms": NOW_MS, "since_n": 0}
    given = gift("ann", "sam", 30, gift="heart", quantity=6)
    delivered = GiftDelivered("g", "ann", "sam", "main", "heart", 6, 30, 15_000, 15_000, 1, "c", 7, False, None, 0)

    for one in (given, delivered):
        assert [30, 6, 0] == [KeptGoal(gift=of, **kept).counts(one, NOW_MS) for of in (None, "heart", "rose")]
    assert 0 == KeptGoal(gift=None, **kept).counts(given, NOW_MS + 1)


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"target": 0}, "bad_goal"),
        ({"target": -5}, "bad_goal"),
        ({"target": TARGET_MAX + 1}, "bad_goal"),
        ({"gift": "unicorn_of_nobody"}, "unknown_gift"),
        ({"ends_ms": NOW_MS}, "goal_in_past"),
        ({"ends_ms": 0}, "goal_in_past"),
        ({"title": "\u200b"}, "bad_request"),
    ],
)
def test_what_is_no_goal_is_refused(wrong: dict[str, Any], slug: str) -> None:
    """A goal of nothing, of an unknown gift, in the past, or with nothing to read in its title is refused as such."""
    with pytest.raises(Refusal) as refused:
        goal_of(asked(**wrong), "g", GIFTS, NOW_MS)

    assert slug == refused.value.slug
