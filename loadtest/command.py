"""`fanfare loadtest`: what this machine holds, measured with real sockets, and whether the books balance afterwards."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import Subparsers, add_command
from loadtest import main
from loadtest.main import Wish
from loadtest.scenarios import SCENARIOS, Scenario

SENTENCE = "Measure what this machine holds, and check the books afterwards."


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "loadtest", "steady --out result", SENTENCE)
    verbs = parser.add_subparsers(metavar="SCENARIO", required=True, dest="scenario")
    for name, scenario in SCENARIOS.items():
        _add_scenario(verbs, name, scenario)
    both = verbs.add_parser(
        "compare",
        help="Two results side by side, and a verdict.",
        epilog="example: %(prog)s before/result.json after/result.json",
    )
    both.add_argument("a", type=Path, metavar="A.json")
    both.add_argument("b", type=Path, metavar="B.json")
    both.add_argument("--json", action="store_true", help="for machines")
    both.set_defaults(run=run_compare)
    lines = [f"  %(prog)s {name} {scenario.example}" for name, scenario in SCENARIOS.items()]
    lines.append("  %(prog)s compare before/result.json after/result.json")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "examples:\n" + "\n".join(lines)


def _add_scenario(verbs: Subparsers, name: str, scenario: Scenario) -> None:
    # Percent signs of an example would be taken for argparse's own.
    epilog = f"example: %(prog)s {scenario.example}"
    parser = verbs.add_parser(name, help=scenario.sentence, description=scenario.sentence, epilog=epilog)
    add = parser.add_argument
    add("--viewers", type=int, metavar="N", help=f"connections (default {scenario.viewers})")
    add("--senders", type=int, metavar="N", help=f"how many of them send gifts (default {scenario.senders})")
    top = "the highest step's " if scenario.ramps else ""
    add("--rate", type=float, metavar="R", help=f"{top}gifts a second, of all together (default {scenario.rate:g})")
    add("--duration", type=int, dest="duration_s", metavar="S", help=f"seconds (default {scenario.duration_s})")
    add("--rooms", type=int, metavar="N", help=f"rooms (default {scenario.rooms})")
    add("--slow", type=int, metavar="N", help=f"viewers who do not read (default {scenario.slow})")
    add("--workers", type=int, default=1, metavar="N", help="worker processes of its own server (default 1)")
    add("--processes", type=int, default=0, metavar="N", help="client processes (default: half the cores)")
    add("--connects", type=float, default=500.0, metavar="N", help="connections opened a second (default 500)")
    add("--seed", type=int, default=1, help="makes the same gifts at the same times (default 1)")
    add("--url", help="a server that runs already; otherwise one is started, on fresh data")
    add("--data", type=Path, metavar="DIR", help="with --url: the server's folder, for its secrets")
    add("--pids", default="", metavar="P,P", help="with --url: its processes, whose CPU time and memory are measured")
    add("--baseline", action="store_true", help="also measure the server that most would write")
    add("--threshold", action="append", default=[], metavar="T", help="like 'p99_seen_ms<=60'; decides the exit code")
    add("--out", type=Path, metavar="DIR", help="write result.json and report.html there")
    add("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs one scenario; 1 when the books do not balance, the client was too slow, or a threshold fails."""
    wish = Wish(
        url=args.url,
        data=args.data,
        pids=[int(pid) for pid in args.pids.split(",") if pid.strip().isdecimal()],
        out=args.out,
        as_json=args.json,
        baseline=args.baseline,
        thresholds=args.threshold,
    )
    return main.run(main.options_of(args), wish)


def run_compare(args: argparse.Namespace) -> int:
    """Compares two results."""
    return main.run_compare(args.a, args.b, args.json)
