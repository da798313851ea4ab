"""What was found of a population: in words, and as one page that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from loadtest.fraudulent import FRAUDULENT
from loadtest.honest import HONEST, Ways
from loadtest.plots import Series, chart, linear
from loadtest.report import STYLE

# By their habits.
OTHERS: Mapping[str, object] = {**HONEST, "streamer": None}


class Found(Struct, kw_only=True):
    """What came of one population.

    Attributes:
        people: by kind, how many there are, and `suspects` how many of them cases hold or freeze.
        reasons: by rule, how many suspects that do fraud and that do not are in a case with it.
        days: for each day, how many suspects of fraud and how many honest ones there were by its end.
        judge_us: CPU of the judge for an entry.
    """

    seed: int
    ways: Ways
    days_count: int
    entries: int = 0
    cases: int = 0
    people: dict[str, int] = field(default_factory=dict)
    suspects: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, tuple[int, int]] = field(default_factory=dict)
    days: list[tuple[int, int]] = field(default_factory=list)
    record_s: float = 0.0
    judge_s: float = 0.0
    judge_us: float = 0.0

    def _sum(self, counts: Mapping[str, int], kinds: Mapping[str, Any]) -> int:
        return sum(count for kind, count in counts.items() if kind in kinds)

    @property
    def recall(self) -> float:
        """What part of those who do fraud is found."""
        return self._sum(self.suspects, FRAUDULENT) / max(1, self._sum(self.people, FRAUDULENT))

    @property
    def precision(self) -> float:
        """What part of those who are found does fraud."""
        return self._sum(self.suspects, FRAUDULENT) / max(1, sum(self.suspects.values()))


def _rows(found: Found, kinds: Mapping[str, object]) -> Iterator[tuple[str, int, int, float]]:
    for kind in kinds:
        people, suspects = found.people.get(kind, 0), found.suspects.get(kind, 0)
        yield kind, suspects, people, suspects / max(1, people)


def _headline(found: Found) -> str:
    return f"recall {found.recall:.3f}, precision {found.precision:.3f}"


def _told(found: Found) -> str:
    ways = found.ways
    return (
        f"{sum(found.people.values()):,} people, seed {found.seed}, "
        f"{found.days_count} days, {found.entries:,} entries; "
        f"honest sums x {ways.honest:g}, fraud's x {ways.fraud:g}, fraud's time x {ways.slow:g}"
    )


def _cost(found: Found) -> str:
    return (
        f"{found.judge_us:.0f} us of CPU an entry for the judge ({found.judge_s:.0f} s), "
        f"{found.record_s:.0f} s for writing and archiving"
    )


def text(found: Found) -> str:
    """For a terminal."""
    lines = [_headline(found), _told(found), _cost(found), "found, by kind of fraud:"]
    lines += [f"  {kind:18} {hit:6,} of {of:6,}  {part:6.1%}" for kind, hit, of, part in _rows(found, FRAUDULENT)]
    lines.append("wrongly held, by habit:")
    lines += [f"  {kind:18} {hit:6,} of {of:6,}  {part:6.1%}" for kind, hit, of, part in _rows(found, OTHERS) if hit]
    lines.append("by rule, suspects who do fraud and who do not:")
    lines += [f"  {rule:24} {bad:6,} {good:6,}" for rule, (bad, good) in found.reasons.items()]
    return "\n".join(lines)


def render(found: Found) -> str:
    """The page."""
    title = f"Fraud found: {_headline(found)}"
    bad = Series("do fraud", [(day + 1, count) for day, (count, _) in enumerate(found.days)])
    good = Series("honest", [(day + 1, count) for day, (_, count) in enumerate(found.days)])
    days = linear([float(found.days_count)])
    most = linear([float(count) for pair in found.days for count in pair])
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{html.escape(title)}</title><style>{STYLE.read_text()}meter{{width:16rem;height:1rem}}</style>",
        f"</head><body><main><h1>{html.escape(title)}</h1>",
        f"<p class=soft>{html.escape(_told(found))}. {html.escape(_cost(found))}.</p>",
        chart("Suspects whose diamonds are held", [bad, good], days, most, (), "days"),
        "<h2>Found, by kind of fraud</h2>",
        _table(_rows(found, FRAUDULENT)),
        "<h2>Wrongly held, by habit</h2>",
        _table(_rows(found, OTHERS)),
        "<h2>By rule: suspects who do fraud, and who do not</h2><table>",
        *(f"<tr><td>{html.escape(rule)}<td>{bad:,}<td>{good:,}" for rule, (bad, good) in found.reasons.items()),
        "</table></main></body></html>\n",
    ]
    return "".join(parts)


def _table(rows: Iterator[tuple[str, int, int, float]]) -> str:
    shown = "".join(
        f"<tr><td>{html.escape(kind)}<td>{hit:,} of {of:,}<td><meter value={part:.3f} max=1></meter><td>{part:.1%}"
        for kind, hit, of, part in rows
    )
    return f"<table>{shown}</table>"
