"""Gifts while parts of a cluster die, move and are promoted: `python -m loadtest.faults`.

A real cluster and a real server on this machine. It fails where an accepted gift was lost, doubled or half applied,
where a viewer's stream has a gap, where coins are left in escrow, where gifts of a harmed part of the ledger stood
still for longer than `--silence`, or those of any other part for longer than `--others`.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import uvloop

from app.base.errors import FanfareError
from app.store.cluster_server import ClusterServer
from loadtest import cluster_faults as faults
from loadtest.books import Books
from loadtest.plan import QUIET_AFTER_FAULTS_S, Tally
from loadtest.result import Measured
from loadtest.run import Run
from loadtest.scenarios import Options
from loadtest.standstill import Harmed, Standstill, accepted, standstill
from loadtest.target import OwnTarget, server_on

NODE_TIMEOUT_MS = 1000
PAUSE_S, LAG_S = 1.0, 0.3
# A relay takes over what lies for 5 s, and tries again.
ENDED_WITHIN_S = 30.0

Harm = Callable[["FaultyRun"], Awaitable[str]]


class FaultyRun(Run):
    """A run in which something is done to the cluster or to the server, one after the other."""

    quiet_s = QUIET_AFTER_FAULTS_S

    def __init__(
        self, target: OwnTarget, options: Options, cluster: ClusterServer, harms: Sequence[Harm], partitions: int
    ) -> None:
        super().__init__(target, options, "faults")
        self.cluster = cluster
        self.server = target
        self.done: list[Harmed] = []
        self.in_escrow = 0
        self.stood = Standstill(0.0, 0.0)
        self._ended_s = 0.0
        self._harms = harms
        self._partitions = partitions

    async def _accidents(self) -> None:
        await asyncio.sleep(self._start_s + PAUSE_S - time.monotonic())
        try:
            for harm in self._harms:
                began_s = time.monotonic()
                beside = await asyncio.to_thread(faults.partitions_beside, self.cluster, self._partitions)
                hits = beside if harm in ON_NODES else frozenset((0,)) if harm in ON_SLOTS else frozenset[int]()
                what = await harm(self)
                self.done.append(Harmed(began_s - self._start_s, hits))
                self._happened.append((round(began_s - self._start_s, 2), what))
                self._say(what)
                await asyncio.sleep(PAUSE_S)
        except FanfareError as error:
            self._happened.append((round(time.monotonic() - self._start_s, 2), f"given up: {error}"))
        finally:
            self._ended_s = time.monotonic() - self._start_s
            self._fleet.stop_sending()

    async def _check(self, tallies: Sequence[Tally], senders: list[str]) -> Books:
        gifts = accepted((receipt for tally in tallies for receipt in tally.receipts), self._partitions)
        self.stood = standstill(gifts, self.done, self._ended_s)
        self.in_escrow = await asyncio.to_thread(self._left_in_escrow)
        return await super()._check(tallies, senders)

    def _left_in_escrow(self) -> int:
        """The coins that are in escrow still once all had their time to end."""
        until_s = time.monotonic() + ENDED_WITHIN_S
        while (left := (self.server.verify_ledger() or {}).get("under_way", 0)) and time.monotonic() < until_s:
            time.sleep(PAUSE_S)
        return int(left)


async def kill_primary(run: FaultyRun) -> str:
    """A replica takes over; then the dead one comes back as a replica."""
    dead = await asyncio.to_thread(faults.kill_primary, run.cluster, faults.P0)
    # Here, not in a thread that ends: a node ends with the thread that has started it.
    run.cluster.servers[dead].spawn()
    await asyncio.to_thread(faults.wait_whole, run.cluster, faults.P0)
    return "the primary was killed with kill -9, and a replica took over"


async def kill_ahead(run: FaultyRun) -> str:
    """The same while the replica lags behind: what it does not have was never accepted."""
    dead = await asyncio.to_thread(faults.kill_ahead, run.cluster, faults.P0, LAG_S)
    run.cluster.servers[dead].spawn()
    await asyncio.to_thread(faults.wait_whole, run.cluster, faults.P0)
    return "the primary was killed with kill -9 while its replica lagged behind"


async def freeze_primary(run: FaultyRun) -> str:
    """A primary hangs, a replica takes over, and the primary goes on."""
    await asyncio.to_thread(faults.freeze_primary, run.cluster, faults.P0)
    return "the primary hung until a replica took over"


async def move_at_once(run: FaultyRun) -> str:
    """A slot moves atomically, where the server can."""
    if await asyncio.to_thread(faults.move_at_once, run.cluster, faults.P0):
        return "the slot was moved atomically"
    return "the slot was not moved atomically: the server cannot"


async def promote(run: FaultyRun) -> str:
    """A replica takes over in good order."""
    await asyncio.to_thread(faults.promote, run.cluster, faults.P0)
    return "a replica was promoted by hand"


async def move_by_keys(run: FaultyRun) -> str:
    """A slot moves key by key."""
    await asyncio.to_thread(faults.move_by_keys, run.cluster, faults.P0)
    return "the slot was moved key by key"


async def kill_worker(run: FaultyRun) -> str:
    """A worker dies; another one takes its place."""
    return f"{run.server.kill('worker')} was killed with kill -9"


async def kill_bookkeeper(run: FaultyRun) -> str:
    """The bookkeeper dies; another one takes its place."""
    return f"{run.server.kill('books')} was killed with kill -9"


HARMS: list[Harm] = [
    kill_primary,
    move_at_once,
    kill_worker,
    promote,
    kill_ahead,
    move_by_keys,
    kill_bookkeeper,
    freeze_primary,
]
# What is done to a whole node with all its partitions, and what to the first partition's slot alone.
ON_NODES = (kill_primary, kill_ahead, freeze_primary, promote)
ON_SLOTS = (move_at_once, move_by_keys)


async def measure(
    cluster: ClusterServer, options: Options, harms: Sequence[Harm], partitions: int
) -> tuple[Measured, FaultyRun]:
    """Runs all of it; what was measured, and the run that knows what was done."""
    target = server_on(cluster.url, options.workers, partitions)
    try:
        await target.wait_ready()
        run = FaultyRun(target, options, cluster, harms, partitions)
        return await run.measure(), run
    finally:
        print(target.log.read_text(errors="replace"), file=sys.stderr)
        target.stop()


class Limits(NamedTuple):
    """How long gifts may stand still: of a harmed part of the ledger, and of any other."""

    silence_s: float
    others_s: float


def problems(found: Measured, run: FaultyRun, wanted: int, limits: Limits) -> list[str]:
    """All that must not be."""
    wrong = list(found.books.problems)
    if len(run.done) < wanted:
        last = found.happened[-1][1] if found.happened else "none came to its end"
        wrong.append(f"only {len(run.done)} of {wanted} faults could be made: {last}")
    if found.metrics["longest_silence_s"] > limits.silence_s:
        wrong.append(f"no gift was accepted for {found.metrics['longest_silence_s']:.1f} s")
    if run.stood.harmed_s > limits.silence_s:
        wrong.append(f"no gift of a harmed partition was accepted for {run.stood.harmed_s:.1f} s")
    if run.stood.others_s > limits.others_s:
        wrong.append(f"no gift of a partition that nothing was done to was accepted for {run.stood.others_s:.1f} s")
    if run.in_escrow:
        wrong.append(f"{run.in_escrow:,} coins are in escrow at the end")
    return wrong


def command() -> argparse.ArgumentParser:
    """The command's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.faults",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --rounds 20 --rate 300",
    )
    add = parser.add_argument
    add("--rounds", type=int, default=20, metavar="N", help=f"faults, {len(HARMS)} kinds in turn (default 20)")
    add("--rate", type=float, default=300, metavar="R", help="gifts a second (default 300)")
    add("--rooms", type=int, default=40, metavar="N", help="rooms (default 40)")
    add("--people", type=int, default=400, metavar="N", help="viewers, all of whom give (default 400)")
    add("--workers", type=int, default=2, metavar="N", help="worker processes (default 2)")
    add("--round-s", type=int, default=15, metavar="S", help="for a round at most (default 15)")
    add("--partitions", type=int, default=4, metavar="P", help="parts of the ledger (default 4)")
    add(
        "--silence",
        type=float,
        default=10,
        metavar="S",
        help="so long may no gift of a harmed part be accepted (default 10)",
    )
    add("--others", type=float, default=2, metavar="S", help="seconds without a gift of another part (default 2)")
    add("--seed", type=int, default=1, help="makes the same gifts at the same times (default 1)")
    return parser


def options_of(args: Any) -> Options:
    """The run's options."""
    return Options(
        scenario="steady",
        viewers=args.people,
        senders=args.people,
        rate=args.rate,
        duration_s=args.rounds * args.round_s,
        rooms=args.rooms,
        workers=args.workers,
        seed=args.seed,
    )


def main() -> int:
    """Runs and prints; 1 where something is wrong."""
    args = command().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    harms = [HARMS[i % len(HARMS)] for i in range(args.rounds)]
    with tempfile.TemporaryDirectory(prefix="fanfare-faults-") as folder:
        cluster = ClusterServer(Path(folder), node_timeout_ms=NODE_TIMEOUT_MS)
        try:
            cluster.start()
            found, run = uvloop.run(measure(cluster, options_of(args), harms, args.partitions))
        except (FanfareError, OSError) as error:
            sys.exit(f"fanfare: {error}")
        finally:
            cluster.stop()
    wrong = problems(found, run, len(harms), Limits(args.silence, args.others))
    print("\n".join([*(f"{at_s:g} s: {what}" for at_s, what in found.happened), found.books.verdict()]))
    print(
        f"accepted {found.books.accepted:,}; in escrow {run.in_escrow}; the longest silence "
        f"{found.metrics['longest_silence_s']:.2f} s, of harmed partitions {run.stood.harmed_s:.2f} s, of any other "
        f"{run.stood.others_s:.2f} s"
    )
    print("\n".join(f"WRONG: {problem}" for problem in wrong) or "Nothing was lost, doubled or half applied.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
