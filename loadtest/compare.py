"""Two results side by side, and in plain words which is better. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from loadtest.result import Measured, Result

# What moves less than this from run to run is no difference.
NOISE = 0.05
SWAMPED_MS = 1000.0
HIGHER_IS_BETTER = ("accepted_per_s", "achieved", "events_per_s", "events_per_cpu_s", "knee_per_s")
LOWER_IS_BETTER = (
    "p50_accepted_ms",
    "p99_accepted_ms",
    "p50_seen_ms",
    "p99_seen_ms",
    "p999_seen_ms",
    "p99_connect_ms",
    "p99_rejoin_ms",
    "longest_silence_s",
    "cpu_us_per_gift",
    "server_rss_mb",
    "store_rss_mb",
    "errors",
    "lost",
    "doubled",
    "gaps",
)
# What the verdict is about; the rest is shown.
DECISIVE = ("p99_seen_ms", "p99_accepted_ms", "events_per_cpu_s", "cpu_us_per_gift", "knee_per_s", "lost", "doubled")


class Line(Struct, frozen=True):
    """A metric in both; `ratio` is B / A, None where A is zero; `change` is better, worse or same."""

    metric: str
    a: float
    b: float
    ratio: float | None
    change: str


def lines(a: Mapping[str, float], b: Mapping[str, float]) -> list[Line]:
    """The metrics that both have, with what changed from A to B."""
    found = []
    for metric in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER):
        if metric not in a or metric not in b:
            continue
        before, after = a[metric], b[metric]
        ratio = after / before if before else None
        if before == after or (ratio is not None and abs(ratio - 1) <= NOISE):
            change = "same"
        else:
            change = "better" if (after > before) == (metric in HIGHER_IS_BETTER) else "worse"
        found.append(Line(metric, before, after, ratio, change))
    return found


def table(found: list[Line]) -> str:
    """For the console."""
    rows: list[tuple[str, ...]] = [("", "A", "B", "B / A", "B is")]
    for line in found:
        ratio = "-" if line.ratio is None else f"{line.ratio:.2f}"
        rows.append((line.metric, number(line.a), number(line.b), ratio, line.change))
    return columns(rows)


def verdict(found: list[Line]) -> str:
    """A sentence: is B better than A?"""
    decisive = [line for line in found if line.metric in DECISIVE]
    better = [line.metric for line in decisive if line.change == "better"]
    worse = [line.metric for line in decisive if line.change == "worse"]
    if better and worse:
        return f"Mixed: B is better in {', '.join(better)}, and worse in {', '.join(worse)}."
    if better or worse:
        return f"B is {'better' if better else 'worse'} than A in {', '.join(better or worse)}; the rest is the same."
    return f"No difference beyond {NOISE:.0%}."


def cautions(a: Result, b: Result) -> list[str]:
    """Why the two may not be comparable."""
    found = []
    for name in ("scenario", "viewers", "senders", "rate", "rooms", "workers", "slow"):
        x, y = getattr(a.options, name), getattr(b.options, name)
        if x != y:
            found.append(f"{name} differs: {x} and {y}")
    for name in ("cpu", "cores", "python", "store"):
        x, y = a.machine.get(name), b.machine.get(name)
        if x != y:
            found.append(f"{name} differs: {x} and {y}")
    for name, result in (("A", a), ("B", b)):
        found += [f"{name} is not valid: {why}" for why in result.fanfare.invalid]
    return found


def ratios(fanfare: Mapping[str, float], baseline: Mapping[str, float]) -> dict[str, float]:
    """How many times better Fanfare is than the baseline, metric by metric; above 1 is better."""
    found = {}
    for metric in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER):
        ours, theirs = fanfare.get(metric), baseline.get(metric)
        if not ours or not theirs:
            continue
        found[metric] = round(ours / theirs if metric in HIGHER_IS_BETTER else theirs / ours, 2)
    return found


def about_baseline(baseline: Measured) -> list[str]:
    """What has to be known of the baseline's run before its ratios are believed."""
    m, notes = baseline.metrics, list(baseline.invalid)
    if m.get("p99_seen_ms", 0.0) > SWAMPED_MS or baseline.faults.short or baseline.books.lost:
        notes.append(
            "it could not keep up at this rate: its latencies grow with the length of the run, and only its "
            "shown gifts and CPU are worth comparing; a lower --rate compares the latencies"
        )
    # What it still had to say when the run ended counts as never seen.
    return notes + [problem for problem in baseline.books.problems if "never seen" not in problem]


def number(value: float) -> str:
    """A number for people."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def columns(rows: list[tuple[str, ...]]) -> str:
    """Rows as a table: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
