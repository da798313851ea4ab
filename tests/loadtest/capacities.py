"""Made-up measurements of capacity, by costs that are known."""

from __future__ import annotations

from loadtest.capacity import plan
from loadtest.costs import Books, Capacity, Costs, Crowd, Measure, cores_for
from loadtest.scenarios import Options

COSTS = Costs(
    store_gift_us=12.0,
    worker_gift_us=60.0,
    frame_us=4.0,
    frames_per_s=20.0,
    quiet_us=10.0,
    hear_us=25.0,
    tell_us=2.0,
    viewer_kb=8.0,
    worker_mb=90.0,
    event_bytes=300.0,
    knee_per_s=20_000.0,
    books=Books(15_000.0, 50.0),
)
BOOKS_CORES = 0.05


def measured(name: str, options: Options, late: str = "") -> Measure:
    """What a run would measure where things cost that."""
    rate = options.rate
    frames = options.viewers * min(rate / options.rooms, COSTS.frames_per_s)
    crowd = Crowd(viewers=options.viewers, gifts=rate, seen=rate / options.rooms)
    store_us = COSTS.store_gift_us + (options.workers - 1) * COSTS.tell_us
    metrics = {
        "server_cores": cores_for(COSTS, crowd, options.workers) + BOOKS_CORES,
        "books_cores": BOOKS_CORES,
        "store_cores": rate * store_us / 1e6,
        "server_rss_mb": COSTS.worker_mb + options.viewers * COSTS.viewer_kb / 1000 + 70,
        "books_rss_mb": 70.0,
        "accepted_per_s": rate,
        "frames_per_s": frames,
        "events_per_s": rate / options.rooms * options.viewers,
        "received_mb_per_s": rate / options.rooms * options.viewers * COSTS.event_bytes / 1e6,
        "p99_seen_ms": 40.0,
        "failed_connects": 0.0,
        "knee_per_s": COSTS.knee_per_s,
    }
    return Measure(name, options, metrics, "The books balance.", True, [late] if late else [])


def capacity(late: str = "") -> Capacity:
    """All runs of the plan, and what was found of them."""
    return Capacity(
        command="python -m loadtest.capacity --out <here>",
        began="2026-11-26 10:00:00 +0000",
        took_s=170.0,
        machine={"cpu": "A <fast> one", "cores": "2"},
        measures={name: [measured(name, options, late) for options in many] for name, many in plan(6).items()},
        books=COSTS.books,
    )
