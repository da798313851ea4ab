"""What is read from runs: the costs that they were made with, and sizes that hold the crowd."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.descriptors import RESERVE
from loadtest.costs import ACROSS, USED, VIEWERS_A_WORKER_MAX, Crowd, cores_for, size
from tests.deploy import files
from tests.loadtest.capacities import COSTS, capacity

CROWDS = st.builds(
    Crowd,
    viewers=st.integers(1, 5_000_000),
    gifts=st.floats(0.1, 20_000),
    seen=st.floats(0.1, 5_000),
)


def test_the_costs_are_found_again() -> None:
    """From runs that took what the costs say, these costs come out."""
    found = msgspec.structs.asdict(capacity().costs)

    for name, value in msgspec.structs.asdict(COSTS).items():
        assert name == "books" or value == pytest.approx(found[name], rel=1e-6), name


@given(crowd=CROWDS)
def test_workers_hold_the_crowd(crowd: Crowd) -> None:
    """With so many workers each is used as much as it may be at most, and with one less it would not do."""
    sizes = size(COSTS, crowd)
    if sizes.workers is None:
        assert crowd.gifts * COSTS.hear_us / 1e6 >= USED
        return

    def fits(workers: int, slack: float) -> bool:
        by_cpu = cores_for(COSTS, crowd, workers) <= workers * USED * (1 + slack)
        return by_cpu and crowd.viewers <= workers * VIEWERS_A_WORKER_MAX

    assert fits(sizes.workers, 1e-6)
    assert sizes.workers == 1 or not fits(sizes.workers - 1, -1e-6)


@given(crowd=CROWDS)
def test_partitions_hold_the_gifts(crowd: Crowd) -> None:
    """One partition is used as much as it may be at most; of several, gifts between two are counted in."""
    sizes = size(COSTS, crowd)
    if sizes.workers is None or sizes.partitions is None:
        assert sizes.workers is sizes.partitions is None
        return
    store = crowd.gifts * (COSTS.store_gift_us + (sizes.workers - 1) * COSTS.tell_us) / 1e6

    assert store * (ACROSS if sizes.partitions > 1 else 1) <= sizes.partitions * USED * (1 + 1e-6)


def test_a_worker_may_have_so_many() -> None:
    """The files for deployment let a worker open a file for each viewer that is counted on, and its own."""
    (limit,) = re.findall(r"^LimitNOFILE=(\d+)$", files.text("service"), re.MULTILINE)

    assert VIEWERS_A_WORKER_MAX <= int(limit) - RESERVE < VIEWERS_A_WORKER_MAX + 1000


def test_more_is_never_less() -> None:
    """More viewers need no fewer workers and no less of the network."""
    found = [size(COSTS, Crowd(viewers=viewers, gifts=100, seen=5)) for viewers in (10**k for k in range(2, 7))]

    assert sorted(found, key=lambda sizes: (sizes.workers or 0, sizes.network_mb_per_s)) == found


def test_the_books_decide() -> None:
    """Runs whose books do not balance, or to which not everybody came, are told; a late client is a caution alone."""
    late = capacity("the client itself was late: p99 40 ms")
    assert ([], "In 13 of 13 runs") == (late.problems, late.caution[:16])
    assert "" == capacity().caution

    run = late.measures["check"][0]
    wrong = msgspec.structs.replace(run, balances=False, books="A coin is missing.")
    empty = msgspec.structs.replace(run, metrics=run.metrics | {"failed_connects": 3.0})
    late.measures["check"] = [wrong, empty]
    assert ["check: A coin is missing.", "check: 3 viewers could not connect"] == late.problems
