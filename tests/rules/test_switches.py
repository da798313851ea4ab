from __future__ import annotations

import pytest

from app.rules.switches import ALL_GIFTS, NAMES, store_name, switch_of, switched_off
from app.rules.tokens import USER_ID


def test_the_store_judges_gifts_alone() -> None:
    """All gifts and single ones have names there that no person has; what else is switched, the archive judges."""
    assert {"purchases": None, "gifts": ALL_GIFTS, "payouts": None} == {name: store_name(name) for name in NAMES}
    assert "gift:rose" == store_name(switch_of("rose"))
    assert [None, None] == [USER_ID.fullmatch(name) for name in (ALL_GIFTS, switch_of("rose"))]


@pytest.mark.parametrize(
    ("name", "what"), [("gifts", "Gifts are"), ("gift:rose", "This gift is"), ("payouts", "Payouts are")]
)
def test_a_refusal_says_what_and_why(name: str, what: str) -> None:
    """In words for people, and the reason by itself."""
    refusal = switched_off(name, "the bank is away")

    assert f"{what} switched off for now: the bank is away" == refusal.message
    assert ("switched_off", {"reason": "the bank is away"}) == (refusal.slug, refusal.details)
