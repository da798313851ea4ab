from __future__ import annotations

from app.actions.books.judge_fraud import AT_ONCE
from app.edge.clock.judge_round import JUDGE_AGAIN_S, JUDGE_EVERY_S, judge_round


class Counted:
    """A judge to whom so many entries came."""

    def __init__(self, *counts: int) -> None:
        self.counts = iter(counts)

    async def step(self) -> int:
        """The next count."""
        return next(self.counts)


async def test_the_judge_goes_on_while_there_is_more() -> None:
    """A full step is followed by another one at once."""
    step = judge_round(Counted(AT_ONCE, AT_ONCE, 3, 0))  # type: ignore[arg-type]  # it has what is used of one

    assert [JUDGE_AGAIN_S, JUDGE_AGAIN_S, JUDGE_EVERY_S, JUDGE_EVERY_S] == [await step() for _ in range(4)]
