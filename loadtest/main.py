"""The load test as a program: options to runs, runs to a table, result.json, report.html and an exit code."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import shlex
import signal
import sys
import time
from pathlib import Path

import msgspec
import uvloop

from app.base.descriptors import raise_limit
from app.base.errors import ConfigError, FanfareError
from loadtest import compare, report
from loadtest.compare import columns, number
from loadtest.machine import describe, in_role
from loadtest.result import Result, knee_sentence
from loadtest.run import run_on, senders_for
from loadtest.scenarios import SCENARIOS, Options
from loadtest.target import Target, baseline_server, existing, own_server
from loadtest.thresholds import Outcome, judge, parse

VIEWERS_MAX = 20_000
RATE_MAX, DURATION_S_MAX = 100_000.0, 3600
SHOWN = (
    ("accepted", "sent -> accepted"),
    ("seen", "sent -> seen"),
    ("connect", "connect -> welcome"),
    ("rejoin", "reconnect -> welcome"),
)


@dataclasses.dataclass(frozen=True)
class Wish:
    """What was asked for on the command line, besides the run's options."""

    url: str | None
    data: Path | None
    pids: list[int]
    out: Path | None
    as_json: bool
    baseline: bool
    thresholds: list[str]


def options_of(args: argparse.Namespace) -> Options:
    """The run's options: what was given, else what the scenario says.

    Raises:
        ConfigError: a number is out of bounds, or the scenario cannot be run so.
    """
    scenario = SCENARIOS[args.scenario]

    def chosen(name: str) -> float:
        given = getattr(args, name)
        return float(getattr(scenario, name) if given is None else given)

    bounds = {
        "viewers": (1, VIEWERS_MAX),
        "senders": (1, VIEWERS_MAX),
        "rate": (0.1, RATE_MAX),
        "duration_s": (2, DURATION_S_MAX),
        "rooms": (1, 10_000),
        "slow": (0, VIEWERS_MAX),
    }
    values = {name: chosen(name) for name in bounds}
    for name, (low, high) in bounds.items():
        if not low <= values[name] <= high:
            raise ConfigError(f"--{name.removesuffix('_s')}: {values[name]:g} is outside {low:g} to {high:g}")
    if scenario.kills and args.url:
        raise ConfigError(f"{args.scenario} kills processes: it runs on its own server alone, without --url")
    if scenario.kills and args.baseline:
        raise ConfigError(f"{args.scenario}: nothing starts the baseline's parts again; leave --baseline out")
    viewers, slow = int(values["viewers"]), int(values["slow"])
    if slow >= viewers:
        raise ConfigError("--slow: somebody has to read as well")
    return Options(
        scenario=args.scenario,
        viewers=viewers,
        senders=senders_for(viewers, int(values["senders"]), slow),
        rate=values["rate"],
        duration_s=int(values["duration_s"]),
        rooms=min(int(values["rooms"]), viewers),
        slow=slow,
        workers=args.workers,
        processes=args.processes or max(1, min(4, (os.cpu_count() or 1) // 2)),
        connects_a_second=args.connects,
        seed=args.seed,
    )


def run(options: Options, wish: Wish) -> int:
    """Runs a scenario; 0 when the books balance, the client kept up and every threshold holds, else 1.

    Raises:
        FanfareError: it could not be run.
    """
    thresholds = [parse(text) for text in wish.thresholds]
    # Told to end, it ends its processes and removes their data, as after Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # The server and the client processes inherit it: each connection is a file.
    raise_limit()
    began = time.strftime("%Y-%m-%d %H:%M:%S %z")
    target = existing(wish.url, wish.data, wish.pids) if wish.url else own_server(options.workers)
    machine: dict[str, str] = {}
    try:
        ours = uvloop.run(run_on(target, options, options.scenario, lambda: machine.update(describe(_stores(target)))))
        theirs = uvloop.run(run_on(baseline_server(), options, "baseline")) if wish.baseline else None
    except (OSError, TimeoutError) as error:
        raise FanfareError(f"the run broke off: {error or type(error).__name__}") from None
    result = Result(
        options=options,
        command=shlex.join(["fanfare", *sys.argv[1:]]),
        began=began,
        machine=machine,
        fanfare=ours,
        baseline=theirs,
        ratios=compare.ratios(ours.metrics, theirs.metrics) if theirs else {},
        thresholds=[judge(threshold, ours.metrics) for threshold in thresholds],
    )
    print(_as_json(result) if wish.as_json else table(result))
    if wish.out is not None:
        write(result, wish.out)
        print(f"\n{wish.out / 'report.html'}  {wish.out / 'result.json'}", file=sys.stderr)
    return 0 if result.passed else 1


def _stores(target: Target) -> list[int]:
    return [use.pid for use in in_role(target.roots, "store")]


def write(result: Result, folder: Path) -> None:
    """result.json and report.html."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "result.json").write_text(_as_json(result) + "\n")
    (folder / "report.html").write_text(report.render(result))


def read(path: Path) -> Result:
    """A result that was written.

    Raises:
        ConfigError: it is none, or of another schema.
    """
    try:
        return msgspec.json.decode((path / "result.json" if path.is_dir() else path).read_bytes(), type=Result)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigError(f"{path} is no result of a load test: {error}") from None


def run_compare(a: Path, b: Path, as_json: bool) -> int:
    """Prints the two side by side.

    Raises:
        ConfigError: one of them cannot be read.
    """
    first, second = read(a), read(b)
    lines, cautions = compare.lines(first.fanfare.metrics, second.fanfare.metrics), compare.cautions(first, second)
    verdict = compare.verdict(lines)
    if as_json:
        print(json.dumps({"lines": msgspec.to_builtins(lines), "cautions": cautions, "verdict": verdict}, indent=2))
    else:
        print("\n".join([compare.table(lines), "", *(f"Take care: {caution}" for caution in cautions), verdict]))
    return 0


def table(result: Result) -> str:
    """The result for the console."""
    ours, theirs = result.fanfare, result.baseline
    head = ("ms", "p50", "p90", "p99", "p99.9", "max")
    rows: list[tuple[str, ...]] = [head]
    for name, shown in SHOWN:
        if found := ours.latency_ms.get(name):
            rows.append((shown, *(number(found[p]) for p in ("p50", "p90", "p99", "p999", "max"))))
    parts = [columns(rows), "", *_lines(ours.metrics)]
    if ours.steps:
        steps: list[tuple[str, ...]] = [("gifts/s", "achieved", "p50 seen", "p99 seen", "cores", "held")]
        for s in ours.steps:
            seen = (number(s.p50_seen_ms), number(s.p99_seen_ms))
            steps.append((number(s.rate), f"{s.achieved:.1%}", *seen, number(s.cores), s.verdict))
        parts += ["", columns(steps), knee_sentence(ours.steps)]
    if theirs is not None:
        against: list[tuple[str, ...]] = [("", "Fanfare", "baseline", "times better")]
        for name, ratio in result.ratios.items():
            against.append((name, number(ours.metrics[name]), number(theirs.metrics[name]), f"{ratio:g}"))
        parts += ["", columns(against)]
        parts += [f"The baseline: {note}" for note in compare.about_baseline(theirs)]
    parts += ["", *(f"{at_s:g} s: {what}" for at_s, what in ours.happened)]
    if ours.errors:
        parts.append("refused: " + ", ".join(f"{slug} {count:,}" for slug, count in sorted(ours.errors.items())))
    parts.append(ours.books.verdict())
    parts += [f"NOT VALID: {why}" for why in ours.invalid]
    parts += [_outcome(outcome) for outcome in result.thresholds]
    return "\n".join(parts)


def _lines(m: dict[str, float]) -> list[str]:
    lines = [
        f"offered {number(m['offered_per_s'])} gifts/s, accepted {number(m['accepted_per_s'])}, "
        f"shown {number(m['events_per_s'])} a second"
    ]
    if "events_per_cpu_s" in m:
        lines.append(
            f"CPU {number(m['server_cores'])} + {number(m['store_cores'])} cores (server + store), "
            f"{number(m['events_per_cpu_s'])} shown per CPU second, "
            f"{number(m.get('cpu_us_per_gift', 0))} us a gift; "
            f"memory {number(m['server_rss_mb'])} + {number(m['store_rss_mb'])} MB"
        )
    lines.append(f"the client's own lag: p99 {number(m['client_lag_p99_ms'])} ms")
    return lines


def _outcome(outcome: Outcome) -> str:
    value = "was not measured" if outcome.value is None else f"is {number(outcome.value)}"
    return f"{'passed' if outcome.passed else 'FAILED'}: {outcome.threshold} ({value})"


def _as_json(result: Result) -> str:
    return msgspec.json.format(msgspec.json.encode(result), indent=1).decode()
