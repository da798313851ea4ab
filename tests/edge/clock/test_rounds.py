from __future__ import annotations

import asyncio
import logging

import pytest

from app.base.errors import ArchiveError, FanfareError
from app.edge.clock import rounds as module
from app.edge.clock.rounds import Rounds
from tests.edge.client import eventually


@pytest.fixture(autouse=True)
def _be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AFTER_ERROR_S", 0.001)


async def test_each_round_has_its_own_pace() -> None:
    """A round is done again after the time that it asked for, whatever the others do, until all are stopped."""
    done = {"quick": 0, "slow": 0}

    async def quick() -> float:
        done["quick"] += 1
        return 0.001

    async def slow() -> float:
        done["slow"] += 1
        return 60

    rounds = Rounds(lambda _: None)
    rounds.start(quick, slow)
    await eventually(lambda: done["quick"] > 5)
    await rounds.stop()
    before = dict(done)
    await asyncio.sleep(0.01)

    assert before == done
    assert 1 == done["slow"]


async def test_a_round_that_fails_is_done_again(caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours is told and the round goes on; a mistake is logged with its traceback, once a minute."""
    told: list[FanfareError] = []
    done = 0

    async def round_of_errors() -> float:
        nonlocal done
        done += 1
        if done % 2:
            raise ArchiveError("away")
        raise LookupError("a mistake")

    rounds = Rounds(told.append)
    rounds.start(round_of_errors)
    await eventually(lambda: done > 8)
    await rounds.stop()

    assert {"away"} == {str(error) for error in told}
    assert ["round_of_errors failed"] == [record.getMessage().partition(":")[0] for record in caplog.records]
    assert "LookupError: a mistake" in caplog.text
    assert logging.ERROR == caplog.records[0].levelno
