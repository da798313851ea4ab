from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app.archive.engine import sqlite_url
from tests.actions.crossing_machine import CrossingMachine
from tests.actions.money_machine import Bench, MoneyMachine
from tests.postgres import Postgres

STEPS = 30


@pytest.fixture(params=["sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Iterator[Bench]:
    """A store, and archives on each of the engines."""
    count = iter(range(10_000))
    if request.param == "sqlite":
        bench = Bench(f"{store_url}?db=2", lambda: sqlite_url(tmp_path / f"{next(count)}.db"))
    else:
        server: Postgres = request.getfixturevalue("postgres")
        bench = Bench(f"{store_url}?db=2", server.new_database)
    yield bench
    bench.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("machine", "examples"), [(MoneyMachine, 8), (CrossingMachine, 5)])
def test_whatever_happens_to_money_the_books_hold(
    machine: type[MoneyMachine], examples: int, bench: Bench, request: pytest.FixtureRequest
) -> None:
    """Bought, given, settled, paid out and taken back in any order, by processes that die at any step, it adds up.

    With one partition, and with four, between which gifts are left under way and taken over.
    The examples are the same each time; `--hypothesis-seed=N` chooses others.
    """
    is_chosen = request.config.getoption("--hypothesis-seed") is not None
    run_state_machine_as_test(
        lambda: machine(bench),  # type: ignore[arg-type]  # it only calls it
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=not is_chosen,
            phases=(Phase.generate, Phase.shrink) if is_chosen else (Phase.generate,),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
