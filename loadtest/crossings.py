"""Gifts between partitions with a fault between any two steps: `python -m loadtest.crossings`.

Each run is one seed: workers pay, deliver and close gifts, die, hear nothing, send again; others take over; clocks go
on past the deadline; partitions lose their tails. After each step the escrow is what lies in the outbox; in the end the
books are in order. A seed that fails is printed, and fails again with `--seed`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from pathlib import Path

from app.store.client import Store
from app.store.server import StoreServer
from loadtest.crossing_world import CrossingWorld


async def run_seeds(store: Store, first: int, runs: int) -> list[tuple[int, str]]:
    """The seeds that fail, each with what is wrong."""
    failed = []
    for seed in range(first, first + runs):
        try:
            await CrossingWorld(store, seed).run()
        except Exception:
            failed.append((seed, traceback.format_exc()))
    return failed


async def _main(url: str, first: int, runs: int) -> int:
    store, failed = Store(url), 0
    # What a disk keeps is proved elsewhere.
    await store.call("CONFIG", "SET", "appendonly", "no")
    started = said_s = time.monotonic()
    for seed in range(first, first + runs):
        for one, what in await run_seeds(store, seed, 1):
            failed += 1
            print(f"seed {one} fails:\n{what}", flush=True)
        if time.monotonic() - said_s > 10:
            said_s = time.monotonic()
            print(f"fanfare: {seed - first + 1} of {runs} runs", file=sys.stderr, flush=True)
    store.close()
    print(f"{runs} runs from seed {first} on, {failed} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def main() -> int:
    """Runs the seeds."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.crossings",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --runs 500",
    )
    parser.add_argument("--runs", type=int, default=10_000, help="how many seeds (default 10000)")
    parser.add_argument("--seed", type=int, help="this one alone")
    args = parser.parse_args()
    first, runs = (0, args.runs) if args.seed is None else (args.seed, 1)
    with tempfile.TemporaryDirectory(prefix="fanfare-") as folder:
        server = StoreServer(Path(folder))
        server.start()
        try:
            return asyncio.run(_main(server.url, first, runs))
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main())
