from __future__ import annotations

import msgspec
import pytest

from app.base.errors import Refusal
from app.rules.adjustments import AdjustmentRequest, approve, ask, entry, reject

WANTED = AdjustmentRequest(user="ann", coins=-40, reason="sent twice by us")
ASKED = ask("a", WANTED, "person:op1", 5)


def test_an_adjustment_waits_for_another_person() -> None:
    """Whoever asked for it cannot approve it; another person can, and both stand in the entry."""
    with pytest.raises(Refusal, match="needs_second_person"):
        approve(ASKED, "person:op1", 6)
    approved = approve(ASKED, "person:op2", 6)
    posted = entry(approved)

    assert ("waiting", "approved", "person:op2", 6) == (
        ASKED.status,
        approved.status,
        approved.second,
        approved.decided_ms,
    )
    assert ("adjustment:a", "take", 40, "person:op1", "person:op2") == (
        posted.key,
        posted.op,
        posted.amount,
        posted.by,
        posted.second,
    )


def test_what_is_decided_stays_so() -> None:
    """One that was approved, applied, refused or rejected is neither approved nor rejected any more."""
    for status in ("approved", "applied", "refused", "rejected"):
        decided = msgspec.structs.replace(ASKED, status=status)
        with pytest.raises(Refusal, match="already_decided"):
            approve(decided, "person:op2", 6)
        with pytest.raises(Refusal, match="already_decided"):
            reject(decided, "person:op2", "no", 6)


def test_its_author_may_take_it_back() -> None:
    """Rejecting takes one person, and says why."""
    rejected = reject(ASKED, "person:op1", "a typing error", 6)
    assert ("rejected", "person:op1", "a typing error") == (rejected.status, rejected.second, rejected.why)


def test_nothing_is_no_adjustment() -> None:
    """Zero coins are refused, in words."""
    with pytest.raises(Refusal, match="more or less than zero"):
        ask("a", msgspec.structs.replace(WANTED, coins=0), "person:op1", 5)
