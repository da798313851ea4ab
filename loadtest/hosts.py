"""Gifts at two machines on one cluster, one of which is cut off from it for a while: `python -m loadtest.hosts`.

Machines are network namespaces of this one, with real servers. It fails where an accepted gift was lost or doubled,
where viewers of both machines did not see the same in the same order, or where the other machine stood still.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct

from app.base.errors import FanfareError
from loadtest.books import Books
from loadtest.histogram import merged
from loadtest.hosts_target import Hosts, OpenCluster, open_postgres
from loadtest.machine import Sampler
from loadtest.machines import NoMachines, lay_networks, run_apart
from loadtest.plan import QUIET_AFTER_FAULTS_S, Plan, Tally
from loadtest.postgres import NoPostgres
from loadtest.result import Measured
from loadtest.run import Run
from loadtest.scenarios import Options

NODE_TIMEOUT_MS = 1000


class Figures(Struct, kw_only=True):
    """What a machine did."""

    machine: str
    gifts: int
    accepted_p50_ms: float
    accepted_p99_ms: float
    seen_p50_ms: float
    seen_p99_ms: float
    cpu_us_a_gift: float
    silence_s: float
    errors: dict[str, int]

    def line(self) -> str:
        """A line for people."""
        refused = ", ".join(f"{slug} {count:,}" for slug, count in self.errors.items()) or "none"
        return (
            f"{self.machine}: {self.gifts:,} gifts; answered p50 {self.accepted_p50_ms:.1f} ms, p99 "
            f"{self.accepted_p99_ms:.1f} ms; seen p50 {self.seen_p50_ms:.1f} ms, p99 {self.seen_p99_ms:.1f} ms; "
            f"{self.cpu_us_a_gift:.0f} us of CPU a gift; the longest silence {self.silence_s:.2f} s; refused: {refused}"
        )


class HostsRun(Run):
    """A run with a client process at each machine, in whose middle the last machine's cable is pulled."""

    quiet_s = QUIET_AFTER_FAULTS_S

    def __init__(self, target: Hosts, options: Options, cut_s: float) -> None:
        super().__init__(target, options, "hosts")
        self.tallies: list[Tally] = []
        self._hosts = target
        self._cut_s = cut_s
        self._samplers: list[Sampler] = []

    def _plans(self) -> list[Plan]:
        return [
            msgspec.structs.replace(plan, url=url) for plan, url in zip(super()._plans(), self._hosts.urls, strict=True)
        ]

    async def _accidents(self) -> None:
        if not self._cut_s:
            return
        name, machine = list(self._hosts.machines.items())[-1]
        await self._wait_until(self._sent_s / 3)
        machine.cut("inside")
        self._note(f"{name} was cut off from the cluster and the books")
        await self._wait_until(self._sent_s / 3 + self._cut_s)
        machine.mend("inside")
        self._note(f"{name}'s cable was put back")

    async def _wait_until(self, at_s: float) -> None:
        await asyncio.sleep(self._start_s + at_s - time.monotonic())

    def _note(self, what: str) -> None:
        self._happened.append((round(time.monotonic() - self._start_s, 2), what))
        self._say(what)

    async def _sample(self, sampler: Sampler) -> None:
        self._samplers = [Sampler([root], self._start_s) for root in self._hosts.roots]
        for number in range(self._sent_s + 1):
            await asyncio.sleep(self._start_s + number - time.monotonic())
            for one in (sampler, *self._samplers):
                one.take()

    async def _check(self, tallies: Sequence[Tally], senders: list[str]) -> Books:
        self.tallies = list(tallies)
        return await super()._check(tallies, senders)

    def figures(self) -> list[Figures]:
        """What each machine did."""
        return [
            _figures(name, tally, sampler)
            for name, tally, sampler in zip(self._hosts.machines, self.tallies, self._samplers, strict=True)
        ]


def _figures(name: str, tally: Tally, sampler: Sampler) -> Figures:
    reply, seen = (merged(getattr(s, what) for s in tally.seconds.values()) for what in ("reply", "seen"))
    first, last = sampler.samples[0], sampler.samples[-1]
    gifts = len(tally.receipts)
    return Figures(
        machine=name,
        gifts=gifts,
        accepted_p50_ms=reply.quantile(0.5) / 1000,
        accepted_p99_ms=reply.quantile(0.99) / 1000,
        seen_p50_ms=seen.quantile(0.5) / 1000,
        seen_p99_ms=seen.quantile(0.99) / 1000,
        cpu_us_a_gift=(last.server_cpu_s - first.server_cpu_s) * 1e6 / max(1, gifts),
        silence_s=tally.longest_silence_s,
        errors=tally.errors,
    )


def problems(
    books: Books, figures: Sequence[Figures], tallies: Sequence[Tally], *, cut_s: float, silence_s: float
) -> list[str]:
    """All that must not be."""
    wrong = list(books.problems)
    wrong += [f"{one.machine} accepted no gift" for one in figures if not one.gifts]
    wrong += [
        f"{one.machine}, which was never cut off, accepted no gift for {one.silence_s:.1f} s"
        for one in figures[: -1 if cut_s else None]
        if one.silence_s > silence_s
    ]
    if cut_s and figures[-1].silence_s < cut_s / 2:
        wrong.append(f"{figures[-1].machine} accepted gifts while it was cut off")
    first, *others = ({room: seen.by_offset for room, seen in tally.rooms.items()} for tally in tallies)
    wrong += ["viewers of the machines did not see the same gifts in the same order" for one in others if one != first]
    return wrong


def measure(folder: Path, options: Options, cut_s: float, partitions: int) -> tuple[Measured, HostsRun]:
    """Starts all of it in a namespace of ours, runs it, and takes it away again."""
    lay_networks()
    postgres = open_postgres(folder / "p")
    cluster = OpenCluster(folder / "c", node_timeout_ms=NODE_TIMEOUT_MS)
    hosts: Hosts | None = None
    try:
        cluster.start()
        postgres.start()
        hosts = Hosts(folder, cluster.url, workers=options.workers, partitions=partitions)
        hosts.start()
        return uvloop.run(_run(hosts, options, cut_s))
    finally:
        if hosts is not None:
            hosts.stop()
        postgres.stop()
        cluster.stop()


async def _run(hosts: Hosts, options: Options, cut_s: float) -> tuple[Measured, HostsRun]:
    try:
        await hosts.wait_ready()
        run = HostsRun(hosts, options, cut_s)
        return await run.measure(), run
    finally:
        print(hosts.complaints(), file=sys.stderr)


def command() -> argparse.ArgumentParser:
    """The command's arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.hosts",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --duration 60 --cut 20",
    )
    add = parser.add_argument
    add("--rate", type=float, default=100, metavar="R", help="gifts a second (default 100)")
    add("--people", type=int, default=60, metavar="N", help="viewers, all of whom give (default 60)")
    add("--rooms", type=int, default=5, metavar="N", help="rooms, an odd number (default 5)")
    add("--workers", type=int, default=1, metavar="N", help="worker processes on each machine (default 1)")
    add("--partitions", type=int, default=1, metavar="P", help="parts of the ledger (default 1)")
    add("--duration", type=int, default=30, metavar="S", help="seconds (default 30)")
    add("--cut", type=float, default=8, metavar="S", help="so long is B cut off; 0: never (default 8)")
    add("--silence", type=float, default=3, metavar="S", help="so long may A accept no gift (default 3)")
    add("--seed", type=int, default=1, help="makes the same gifts at the same times (default 1)")
    add("--apart", metavar="DIR", help=argparse.SUPPRESS)
    return parser


def options_of(args: argparse.Namespace) -> Options:
    """The run's options: a client process for each machine."""
    return Options(
        scenario="steady",
        viewers=args.people,
        senders=args.people,
        rate=args.rate,
        duration_s=args.duration,
        rooms=args.rooms,
        workers=args.workers,
        processes=2,
        seed=args.seed,
    )


def report(args: argparse.Namespace) -> int:
    """Measures and prints; 1 where something is wrong."""
    found, run = measure(Path(args.apart), options_of(args), args.cut, args.partitions)
    figures = run.figures()
    wrong = problems(found.books, figures, run.tallies, cut_s=args.cut, silence_s=args.silence)
    print("\n".join(f"{at_s:g} s: {what}" for at_s, what in found.happened))
    print("\n".join([*(one.line() for one in figures), found.books.verdict()]))
    came_back = (f"{found.metrics[name]:.0f} {name}" for name in ("recovered", "snapshots", "resyncs"))
    print("viewers who came back into their stream: " + ", ".join(came_back))
    print(
        "\n".join(f"WRONG: {problem}" for problem in wrong)
        or "Both machines saw the same; nothing was lost or doubled."
    )
    return 1 if wrong else 0


def main(words: Sequence[str]) -> int:
    """Makes the namespace, and runs in it."""
    parser = command()
    args = parser.parse_args(words)
    if args.rooms % 2 == 0:
        parser.error("--rooms: an odd number, so that each room has viewers at both machines")
    if args.cut and args.cut > args.duration / 3:
        parser.error("--cut: at most a third of --duration, so that there is a before and an after")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        if args.apart:
            return report(args)
        with tempfile.TemporaryDirectory(prefix="fanfare-hosts-") as folder:
            for part in ("p", "c"):
                (Path(folder) / part).mkdir()
            # PostgreSQL's own user has to get to its folder.
            Path(folder).chmod(0o711)
            return run_apart("loadtest.hosts", *words, "--apart", folder)
    except (FanfareError, NoMachines, NoPostgres, OSError) as error:
        sys.exit(f"fanfare: {error}")
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
