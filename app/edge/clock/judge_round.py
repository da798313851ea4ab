"""The judge's round in the bookkeeper."""

from __future__ import annotations

from app.actions.books.judge_fraud import AT_ONCE, Judge
from app.edge.clock.rounds import Round

JUDGE_EVERY_S, JUDGE_AGAIN_S = 2.0, 0.05


def judge_round(judge: Judge) -> Round:
    """The round; while much waits, others on this machine get their turns in between."""

    async def step() -> float:
        return JUDGE_AGAIN_S if await judge.step() == AT_ONCE else JUDGE_EVERY_S

    return step
