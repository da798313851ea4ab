from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.store.ledger_machine import Bench, LedgerMachine

EXAMPLES, STEPS = 24, 35


@pytest.fixture
def bench(short_path: Path) -> Iterator[Bench]:
    """A store that is killed, restarted, cut off and moved in time."""
    bench = Bench(short_path)
    yield bench
    bench.close()


@pytest.mark.timeout(900)
def test_whatever_happens_the_books_are_in_order(bench: Bench, request: pytest.FixtureRequest) -> None:
    """After any steps, in any order, every answer is what the model says and every invariant holds.

    The examples are the same each time; `--hypothesis-seed=N` chooses others, and takes minutes to shorten a failure.
    """
    is_chosen = request.config.getoption("--hypothesis-seed") is not None
    run_state_machine_as_test(
        lambda: LedgerMachine(bench),  # type: ignore[arg-type]  # it only calls it
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=not is_chosen,
            phases=(Phase.generate, Phase.shrink) if is_chosen else (Phase.generate,),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
