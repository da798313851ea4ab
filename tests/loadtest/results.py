"""Made-up results, for what is done with results."""

from __future__ import annotations

from loadtest.books import Books
from loadtest.plan import Faults
from loadtest.result import Measured, Moment, Result, StepResult
from loadtest.scenarios import Options
from loadtest.thresholds import Outcome


def measured(**metrics: float) -> Measured:
    """A short run with everything in it that a report can show."""
    moment = Moment(
        at_s=0, offered=10, accepted=10, events=200, p50_seen_ms=3, p99_seen_ms=9, p99_accepted_ms=4, client_lag_ms=1
    )
    step = StepResult(
        rate=100,
        achieved=1.0,
        p50_seen_ms=3,
        p99_seen_ms=9,
        p99_accepted_ms=4,
        cores=0.2,
        client_lag_p99_ms=1,
        held=True,
    )
    usual = {"accepted_per_s": 10.0, "events_per_s": 200.0, "p50_seen_ms": 3.0, "p99_seen_ms": 9.0, "lost": 0.0}
    latency = {"p50": 3.0, "p75": 4.0, "p90": 5.0, "p95": 6.0, "p99": 9.0, "p999": 9.5, "max": 10.0}
    return Measured(
        metrics={**usual, **metrics},
        latency_ms={"seen": latency, "accepted": latency},
        curves={"seen": [(0.5, 3.0), (0.99, 9.0), (1.0, 10.0)], "accepted": []},
        timeline=[moment],
        steps=[step, step],
        errors={"overloaded": 3},
        closes={4001: 2},
        faults=Faults(),
        books=Books(granted=100, in_wallets=90, spent=10, accepted=2, seen=2),
        happened=[(3.0, "the store was killed with kill -9")],
        invalid=[],
    )


def result(baseline: Measured | None = None, **metrics: float) -> Result:
    """A result around such a run."""
    return Result(
        options=Options(scenario="steady", viewers=20, senders=2, rate=10, duration_s=3),
        command="fanfare loadtest steady --threshold 'p99_seen_ms<=60' <script>",
        began="2026-11-22 10:00:00 +0000",
        machine={"cpu": "A <fast> one", "cores": "2"},
        fanfare=measured(**metrics),
        baseline=baseline,
        ratios={"p99_seen_ms": 4.0} if baseline else {},
        thresholds=[Outcome("p99_seen_ms<=60", 9.0, True), Outcome("nothing<=1", None, False)],
    )
