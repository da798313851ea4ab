"""What a node, a worker and a partition hold, measured in a few minutes: `python -m loadtest.capacity --out DIR`.

Each figure is CPU time or memory of the server's own processes, so that the client beside them does not count.
"""

from __future__ import annotations

import argparse
import json
import math
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
import uvloop

from app.base.descriptors import raise_limit
from app.base.errors import ConfigError, FanfareError
from loadtest import capacity_page
from loadtest.costs import SCHEMA, Books, Capacity, Crowd, Measure
from loadtest.machine import describe, environment, in_role, python
from loadtest.run import run_on
from loadtest.scenarios import Options
from loadtest.target import own_server

ARCHIVE_ENTRIES, ARCHIVE_WAIT_S = 40_000, 600
ROOMS, RATE_MAX = 50, 32_000.0


def plan(seconds: int) -> dict[str, list[Options]]:
    """The runs, by what they are for; each lasts so long."""

    def storm(viewers: int, rate: float) -> Options:
        return Options(scenario="storm", viewers=viewers, senders=min(50, viewers), rate=rate, duration_s=seconds)

    def rooms(viewers: int, rate: float, workers: int = 1) -> Options:
        return Options(
            scenario="rooms",
            viewers=viewers,
            senders=100,
            rate=rate,
            duration_s=seconds,
            rooms=ROOMS,
            workers=workers,
        )

    return {
        # Nothing happens: what a viewer costs by being there.
        "quiet": [storm(500, 1), storm(4000, 1)],
        # Each gift has a frame of its own.
        "calm": [storm(viewers, 10) for viewers in (250, 1000, 2000)],
        # The frames are full: each has many gifts.
        "busy": [storm(viewers, 500) for viewers in (250, 1000, 2000)],
        # As many rooms have them: each gift has its own room, and is published for it.
        "few": [rooms(200, 1000)],
        "two": [rooms(200, 1000, workers=2)],
        "many": [rooms(100, 4000)],
        "ramp": [Options(scenario="ramp", viewers=20, senders=20, rate=RATE_MAX, duration_s=24)],
        # Not used for the costs: what they say of it is compared with what it takes.
        "check": [rooms(1000, 500)],
    }


def measure(seconds: int, say: Callable[[str], None], runs: Mapping[str, Sequence[Options]] | None = None) -> Capacity:
    """Runs all of it, each run against a server of its own.

    Raises:
        FanfareError: a run broke off.
    """
    began, started_s = time.strftime("%Y-%m-%d %H:%M:%S %z"), time.monotonic()
    machine: dict[str, str] = {}
    measures: dict[str, list[Measure]] = {}
    raise_limit()
    for name, many in (runs or plan(seconds)).items():
        for options in many:
            say(f"{name}: {options.viewers:,} viewers, {options.rate:,g} gifts a second, {options.duration_s} s")
            measures.setdefault(name, []).append(_run(name, options, machine))
    say(f"the books: {ARCHIVE_ENTRIES:,} entries")
    return Capacity(
        command=shlex.join(["python", "-m", "loadtest.capacity", *sys.argv[1:]]),
        began=began,
        took_s=round(time.monotonic() - started_s, 1),
        machine=machine,
        measures=measures,
        books=_books(),
    )


def _run(name: str, options: Options, machine: dict[str, str]) -> Measure:
    target = own_server(options.workers)

    def on_ready() -> None:
        machine.update(describe([use.pid for use in in_role(target.roots, "store")]))

    try:
        found = uvloop.run(run_on(target, options, name, on_ready))
    except (OSError, TimeoutError) as error:
        raise FanfareError(f"the run {name} broke off: {error or type(error).__name__}") from None
    if not found.metrics["accepted_per_s"]:
        raise FanfareError(f"the run {name} broke off: no gift was accepted")
    return Measure(name, options, found.metrics, found.books.verdict(), found.books.ok, found.invalid)


def _books() -> Books:
    """The bookkeeper's rate and cost, as `python -m loadtest.archive` finds them."""
    command = python("loadtest.archive", "--entries", str(ARCHIVE_ENTRIES), "--seconds", "0", "--json")
    try:
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=ARCHIVE_WAIT_S)
    except subprocess.TimeoutExpired:
        raise FanfareError(f"the books could not be measured within {ARCHIVE_WAIT_S} s") from None
    try:
        found = json.loads(done.stdout)["archived"][0]
    except (ValueError, KeyError, IndexError):
        raise FanfareError(f"the books could not be measured: {done.stderr.strip()[-300:]}") from None
    return Books(found["a_second"], found["cpu_s"] * 1e6 / found["entries"])


def read(folder: Path) -> Capacity:
    """What was written there.

    Raises:
        ConfigError: it is nothing of ours, or of another version.
    """
    path = folder / "capacity.json"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Capacity)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path} is no measurement of capacity: {error}") from None
    if found.schema != SCHEMA:
        raise ConfigError(f"{path} is of another version: {found.schema}, not {SCHEMA}")
    return found


def write(capacity: Capacity, folder: Path) -> None:
    """capacity.json and capacity.html."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "capacity.json").write_bytes(msgspec.json.format(msgspec.json.encode(capacity), indent=1) + b"\n")
    (folder / "capacity.html").write_text(capacity_page.render(capacity))


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, or reads what was measured; prints the costs and the sizes. 1 where a run does not count."""
    args = _parser().parse_args(argv)
    try:
        capacity = read(args.read) if args.read else measure(args.seconds, lambda line: print(line, file=sys.stderr))
        if args.out:
            write(capacity, args.out)
            print(args.out / "capacity.html", file=sys.stderr)
    except (FanfareError, OSError) as error:
        sys.exit(f"fanfare: {error}")
    except KeyboardInterrupt:
        return 130
    crowds = list(capacity_page.CROWDS)
    if args.viewers:
        gifts = args.gifts or args.viewers / 1000
        crowds = [Crowd(viewers=args.viewers, gifts=gifts, seen=args.seen or gifts)]
    if args.json:
        print(msgspec.json.format(msgspec.json.encode(capacity), indent=1).decode())
    else:
        print(capacity_page.text(capacity, crowds))
    return 1 if capacity.problems else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.capacity",
        description=(__doc__ or "").partition("\n")[0],
        epilog="examples: %(prog)s --out capacity · %(prog)s --read capacity --viewers 1000000 --gifts 2000 --seen 5",
    )
    add = parser.add_argument
    add(
        "--seconds",
        type=_natural,
        default=6,
        metavar="S",
        help="how long each run lasts (default 6: three minutes in all)",
    )
    add("--out", type=Path, metavar="DIR", help="write capacity.html and capacity.json there")
    add("--read", type=Path, metavar="DIR", help="measure nothing: take what was written there")
    add("--viewers", type=_natural, metavar="N", help="size for so many viewers at once")
    add("--gifts", type=_positive, metavar="R", help="with --viewers: gifts a second (default one for 1 000 viewers)")
    add(
        "--seen", type=_positive, metavar="R", help="with --viewers: events a second that one sees (default: all gifts)"
    )
    add("--json", action="store_true", help="for machines")
    return parser


def _natural(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10**9:
        raise argparse.ArgumentTypeError(f"{value} is outside 1 to 1 000 000 000")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not (math.isfinite(value) and 0 < value <= 1e9):
        raise argparse.ArgumentTypeError(f"{text} is no rate up to 1 000 000 000")
    return value


if __name__ == "__main__":
    sys.exit(main())
