"""How well the rules of fraud tell people apart: `python -m loadtest.population`.

Seeded people who never existed, honest ones of several habits and seven kinds of fraud, live for some weeks in an
archive of its own; the judge reads their journal day by day. The report tells recall by kind, and precision.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from msgspec import to_builtins

from app.actions.books.judge_fraud import judge
from app.actions.read_tariff import read_table
from app.archive import cases
from app.archive.archive import Archive, Connection
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.base.errors import FanfareError
from app.commands.progress import Bar
from app.rules import fraud
from app.rules.fraud import FraudRules
from loadtest.forging import BORN_MS, Forger
from loadtest.fraudulent import FRAUDULENT, Crew
from loadtest.honest import DAY_MS, HONEST, Act, Play, Ways
from loadtest.population_report import Found, render, text

DAYS, CASES_A_PAGE, PEOPLE_MAX = 45, 500, 2000
STREAMERS_PART = 0.01
SHIPPED = Path(fraud.__file__).with_name("data") / "fraud.json"


def populate(seed: int, people: int, part: float, days: int, ways: Ways) -> Play:
    """So many people, a part of whom does fraud."""
    play = Play(seed, days, max(20, round(people * STREAMERS_PART)), ways)
    fraudulent = round(people * part)
    for name in play.streamers:
        play.call(name, "streamer")
        for day in range(14, days, 14):
            play.do((day + play.chance.random()) * DAY_MS, "payout", name)
    for kind, (share, live) in HONEST.items():
        for i in range(round((people - fraudulent) * share)):
            live(play, play.call(f"{kind}{i}-", kind))
    for kind, (share, act) in FRAUDULENT.items():
        wanted, made = round(fraudulent * share), 0
        while made < wanted:
            crew = Crew(play, f"{kind}{made}-", kind)
            act(crew)
            made += len(crew.people)
    return play


async def live(play: Play, archive: Archive, rules: FraudRules, found: Found, progress: Bar) -> None:
    """Day by day: what happens is archived, and judged."""
    forger, days = Forger(archive), defaultdict[int, list[Act]](list)
    for act in play.acts:
        days[act.at_ms // DAY_MS].append(act)
    play.acts.clear()
    for day in range(play.days):
        began_s = time.process_time()
        await forger.write(sorted(days.pop(day, [])))
        judged_s = time.process_time()
        found.record_s += judged_s - began_s
        end_ms = BORN_MS + (day + 1) * DAY_MS
        while await archive.write(judge, rules, end_ms):
            pass
        found.judge_s += time.process_time() - judged_s
        suspects = await archive.read(_suspects)
        bad = sum(play.kinds[one] in FRAUDULENT for one in suspects)
        found.days.append((bad, len(suspects) - bad))
        progress("days lived", day + 1, play.days)
    found.entries = forger.entries
    found.judge_us = found.judge_s / max(1, found.entries) * 1e6


def _suspects(connection: Connection) -> dict[str, set[str]]:
    """The suspects of cases that hold or freeze, each with the rules that speak against the case."""
    found: dict[str, set[str]] = defaultdict(set)
    before = None
    while page := cases.page(connection, None, before, CASES_A_PAGE):
        for case in page:
            for one in cases.people_of(connection, case.id, PEOPLE_MAX) if case.outcome != "note" else ():
                if one.part == "suspect":
                    found[one.person].update(case.reasons.split())
        before = page[-1].opened_ms, page[-1].id
    return found


async def measure(folder: Path, args: argparse.Namespace, seed: int, ways: Ways) -> Found:
    """One population, and what the judge makes of it."""
    found, progress = Found(seed=seed, ways=ways, days_count=args.days), Bar()
    archive = Archive(sqlite_url(folder / f"{seed}.db"))
    try:
        await archive.write(migrate)
        rules: FraudRules | None = read_table(args.rules, fraud.NAME).at("*", BORN_MS)
        assert rules is not None, "the file has rules for all countries"
        play = populate(seed, args.people, args.fraud, args.days, ways)
        found.people = dict(Counter(play.kinds.values()))
        await live(play, archive, rules, found, progress)
        suspects = await archive.read(_suspects)
    finally:
        archive.close()
    progress.end()
    found.suspects = dict(Counter(play.kinds[one] for one in suspects))
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one, reasons in suspects.items():
        for reason in reasons:
            counts[reason][play.kinds[one] not in FRAUDULENT] += 1
    found.reasons = {reason: (bad, good) for reason, (bad, good) in sorted(counts.items())}
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it, prints what was found, and writes the report."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.population",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --people 100000 --fraud 0.05 --seed 7 --out report.html",
    )
    parser.add_argument("--people", type=int, default=100_000, metavar="N", help="how many (default 100 000)")
    parser.add_argument("--fraud", type=float, default=0.05, metavar="PART", help="part that does fraud (default 0.05)")
    parser.add_argument("--days", type=int, default=DAYS, metavar="D", help=f"how long they live (default {DAYS})")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="another one makes other people (default 7)")
    parser.add_argument("--honest", type=float, default=1.3, metavar="X", help="honest sums, times that (default 1.3)")
    parser.add_argument("--dishonest", type=float, default=0.8, metavar="X", help="sums of fraud (default 0.8)")
    parser.add_argument("--slow", type=float, default=1.5, metavar="X", help="time that fraud takes (default 1.5)")
    parser.add_argument("--rules", type=Path, default=SHIPPED, metavar="FILE", help="other rules than those that ship")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the report is written, as HTML")
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args(argv)
    ways = Ways(honest=args.honest, fraud=args.dishonest, slow=args.slow)
    try:
        with tempfile.TemporaryDirectory(prefix="fanfare-population-") as folder:
            found = asyncio.run(measure(Path(folder), args, args.seed, ways))
    except (FanfareError, ValueError) as error:
        sys.exit(f"fanfare: {error}")
    print(json.dumps(to_builtins(found) | _shares(found)) if args.json else text(found))
    if args.out:
        args.out.write_text(render(found))
    return 0


def _shares(found: Found) -> dict[str, float]:
    return {"recall": found.recall, "precision": found.precision}


if __name__ == "__main__":
    sys.exit(main())
