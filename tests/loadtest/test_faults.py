from __future__ import annotations

import sys

import pytest
import uvloop

from app.store.cluster_server import ClusterServer
from loadtest import faults
from loadtest.faults import Limits
from loadtest.plan import Faults
from loadtest.scenarios import Options

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
PARTITIONS = 4
HARMS = [faults.kill_ahead, faults.move_at_once, faults.kill_worker, faults.promote, faults.move_by_keys]


def test_gifts_outlive_what_a_cluster_goes_through(cluster: ClusterServer) -> None:
    """A primary that was ahead dies, a worker too, a slot moves in both ways, a replica is promoted: no gift is lost
    or doubled that was accepted, every stream is dense, the books balance, nothing is in escrow, and gifts go on.
    """
    options = Options(scenario="steady", viewers=16, senders=8, rate=40, duration_s=120, rooms=3)
    found, run = uvloop.run(faults.measure(cluster, options, HARMS, PARTITIONS))

    assert [] == faults.problems(found, run, len(HARMS), Limits(30, 30))
    assert (True, Faults()) == (found.books.ledger_ok, found.faults)
    assert found.books.accepted > 100
    assert ["was killed with kill -9" in what for _, what in found.happened] == [True, False, True, False, False]
    assert "a worker was killed with kill -9" == found.happened[2][1]
    assert [True, True, False, True, True] == [0 in harm.partitions for harm in run.done]
    assert run.stood.harmed_s > 0
    run.in_escrow = 7
    told = faults.problems(found, run, len(HARMS) + 1, Limits(0, -1))
    assert "only 5 of 6 faults could be made" in told[0]
    assert told[1].startswith("no gift was accepted for")
    assert told[2].startswith("no gift of a harmed partition was accepted for")
    assert told[3].startswith("no gift of a partition that nothing was done to was accepted for")
    assert "7 coins are in escrow at the end" == told[4]
    found.happened.clear()
    run.done.clear()
    assert "only 0 of 1 faults could be made: none came to its end" in faults.problems(found, run, 1, Limits(30, 30))
