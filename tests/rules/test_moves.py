from __future__ import annotations

import pytest

from app.rules.entries import ClawBack, Freeze, Grant, PayoutHold, Settlement, Withdrawal
from app.rules.moves import CoinsMove, DiamondsMove

SETTLED = Settlement(id="sam:0", user="sam", milli=5000, since_ms=0, until_ms=1, noted=(1, 2, 3))


def test_coins_and_diamonds_have_amounts() -> None:
    """What moves nothing has none, and notes nothing."""
    grant = Grant(id="g", user="ann", coins=7, reason="r", by="b", noted=(7, 2))
    freeze = Freeze(id="f", user="ann", reason="r", by="b")

    assert (7, 5000, 0) == (grant.amount, SETTLED.amount, freeze.amount)
    assert [("viewer:ann:coins", 7), ("viewer:ann:debt", -2)] == grant.after()
    assert [("streamer:sam:diamonds_held", 3)] == SETTLED.after()[2:]
    assert ([], []) == (freeze.after(), freeze.postings())


def test_some_can_be_made_final() -> None:
    """A void entry has the same key and moves nothing; kinds that cannot be refused have none."""
    hold = PayoutHold(id="p", user="sam", milli=5)
    void = hold.void()

    assert void is not None
    assert (hold.key, 0, []) == (void.key, void.amount, void.postings())
    assert SETTLED.void() is None
    assert issubclass(Withdrawal, CoinsMove)


@pytest.mark.parametrize("state", ["pending", "available"])
def test_what_is_taken_back_is_what_was_there(state: str) -> None:
    """The rest was gone, and no account has it; of one case each state of each streamer is taken from once."""
    taken = ClawBack(id="c", user="sam", milli=5000, owed=2000, state=state, reason="r", by="b")  # type: ignore[arg-type]

    assert isinstance(taken, DiamondsMove)
    assert f"claw_back:c:sam:{state}" == taken.key
    assert [(f"streamer:sam:diamonds_{state}", -3000), ("platform:diamonds_clawed_back", 3000)] == [
        (account, amount) for account, _, amount in taken.postings()
    ]
