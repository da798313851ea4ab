"""What was measured of capacity, for people: at the terminal, and as one page that needs nothing else."""

from __future__ import annotations

import html
import shlex
from collections.abc import Iterable, Sequence

from loadtest.compare import columns, number
from loadtest.costs import ACROSS, USED, Capacity, Costs, Crowd, Line, Measure, Sizes, cores_for, line_through, size
from loadtest.plots import Axis, Series, chart, linear, logarithmic, short
from loadtest.report import STYLE, table_of
from loadtest.scenarios import Options

# Viewers, gifts a second in all, events a second that a viewer sees: a small site, a large one, one room of everybody.
CROWDS = (
    Crowd(viewers=1_000, gifts=10, seen=2),
    Crowd(viewers=10_000, gifts=50, seen=5),
    Crowd(viewers=10_000, gifts=200, seen=200),
    Crowd(viewers=100_000, gifts=500, seen=10),
    Crowd(viewers=100_000, gifts=1_000, seen=1_000),
    Crowd(viewers=1_000_000, gifts=2_000, seen=10),
    Crowd(viewers=1_000_000, gifts=1_000, seen=1_000),
)
PURPOSES = {
    "quiet": "viewers where nothing happens",
    "calm": "a frame for each gift",
    "busy": "frames with many gifts",
    "few": "gifts in many rooms",
    "two": "the same on two workers",
    "many": "more gifts, for the store",
    "ramp": "what is held in one room",
    "check": "are the costs right?",
}
SEEN = (0.5, 1, 2, 5, 10, 20, 50, 100, 1000)
ABOUT = (
    f"A core is counted as full at {USED:.0%}: the rest is for the moment in which everybody comes at once. A worker "
    "is one core. Each worker is taken to have viewers of every room, and so to hear every gift, which is the worst "
    "that can be; what a further worker costs is taken from a second one. One partition is measured: where it is not "
    f"enough, a gift is counted {ACROSS:g} times, which is what the design allows one that touches two. The network is "
    "what leaves for the viewers, without compression."
)


def viewers_held(costs: Costs, seen: float) -> int:
    """How many viewers a worker holds, at `USED`, in whose rooms so many events happen in a second."""
    return int(USED * 1e6 / costs.viewer_us(seen))


def cost_rows(costs: Costs) -> list[tuple[str, str]]:
    """What things cost, and what follows from it."""
    return [
        ("a gift: the sender's worker", f"{costs.worker_gift_us:.0f} µs of CPU"),
        ("a gift: the store", f"{costs.store_gift_us:.1f} µs of CPU"),
        ("a gift: each further worker that hears it", f"{costs.hear_us:.0f} µs of CPU"),
        ("a gift: the store, to tell each of those", f"{costs.tell_us:.1f} µs of CPU"),
        ("a frame to one viewer", f"{costs.frame_us:.1f} µs of CPU"),
        ("frames a second to a viewer of a busy room", f"{costs.frames_per_s:.0f} at most"),
        ("a viewer of a quiet room, a second", f"{costs.quiet_us:.1f} µs of CPU"),
        ("a viewer's memory", f"{costs.viewer_kb:.1f} KB"),
        ("memory of a worker without viewers", f"{costs.worker_mb:.0f} MB"),
        ("an event to one viewer", f"{costs.event_bytes:.0f} bytes"),
        ("an entry to the archive", f"{costs.books.entry_us:.0f} µs of CPU"),
        ("the books", f"{costs.books.entries_per_s:,.0f} entries a second"),
        ("held by one worker and one store", f"{costs.knee_per_s:,.0f} gifts a second"),
        (f"one partition's store, at {USED:.0%} of a core", f"{USED * 1e6 / costs.store_gift_us:,.0f} gifts a second"),
        *(
            (
                f"one worker, at {USED:.0%} of a core, events seen a second: {seen:g}",
                f"{viewers_held(costs, seen):,} viewers",
            )
            for seen in (1, 10, 1000)
        ),
    ]


def size_rows(costs: Costs, crowds: Iterable[Crowd]) -> list[tuple[str, ...]]:
    """A row for each crowd, with the table's head."""
    head = (
        "viewers",
        "gifts a second",
        "events seen a second",
        "workers",
        "memory each",
        "partitions",
        "books",
        "network",
    )
    return [head, *(_size_row(crowd, size(costs, crowd)) for crowd in crowds)]


def _size_row(crowd: Crowd, sizes: Sizes) -> tuple[str, ...]:
    fits = sizes.workers is not None
    return (
        f"{crowd.viewers:,}",
        f"{crowd.gifts:,g}",
        f"{crowd.seen:,g}",
        f"{sizes.workers:,}" if fits else "too many gifts",
        f"{sizes.worker_mb:,.0f} MB" if fits else "",
        f"{sizes.partitions:,}" if fits else "",
        f"{sizes.books_share:.0%}",
        f"{sizes.network_mb_per_s:,.0f} MB/s",
    )


def text(capacity: Capacity, crowds: Sequence[Crowd]) -> str:
    """For the terminal."""
    costs = capacity.costs
    parts = [columns(list(cost_rows(costs))), "", columns(size_rows(costs, crowds)), "", _checked(capacity)]
    parts += [f"Take care: {capacity.caution}"] if capacity.caution else []
    return "\n".join([*parts, *(f"NOT VALID: {problem}" for problem in capacity.problems)])


def _checked(capacity: Capacity) -> str:
    """What the costs say of a run that they were not made from."""
    (run,) = capacity.measures["check"]
    options = run.options
    crowd = Crowd(viewers=options.viewers, gifts=run.rate, seen=run.rate / options.rooms)
    said = cores_for(capacity.costs, crowd)
    return (
        f"Checked by a run that is not in the costs, {options.viewers:,} viewers in {options.rooms} rooms with "
        f"{number(run.rate)} gifts a second: the worker took {run.worker_cores:.2f} cores, by the costs {said:.2f}."
    )


def render(capacity: Capacity) -> str:
    """The whole page."""
    costs = capacity.costs
    problems = "".join(f'<li class="bad">✗ {html.escape(problem)}</li>' for problem in capacity.problems)
    fine = '<li class="good">✓ The books of every run balance</li>'
    caution = f"<li>{html.escape(capacity.caution)}</li>" if capacity.caution else ""
    cards = "".join(
        f"<div class=card><b>{value}</b><span class=soft>{name}</span></div>" for value, name in _cards(costs)
    )
    figures = "".join(f"<figure>{figure}</figure>" for figure in _figures(capacity))
    head, *rows = size_rows(costs, CROWDS)
    runs = [_run_row(measure) for measure in capacity.runs]
    return "".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>What Fanfare holds</title><style>{STYLE.read_text()}</style></head><body><main>",
            "<h1>What Fanfare holds, and how to size for a million</h1>",
            f"<p class=soft>Measured on {html.escape(capacity.machine.get('cpu', 'a machine'))}, "
            f"{html.escape(capacity.began)}, in {capacity.took_s:.0f} s. All of it is CPU time and memory of the "
            "server's own processes.</p>",
            f"<ul class=verdict>{problems or fine}{caution}</ul><div class=cards>{cards}</div>",
            f"<h2>How many of what</h2>{table_of(head, rows)}<p class=soft>{html.escape(ABOUT)}</p>",
            f"<p>{html.escape(_checked(capacity))}</p>",
            f"<h2>What things cost</h2>{table_of(('', ''), cost_rows(costs))}",
            f"<h2>What it is made from</h2><div class=charts>{figures}</div><h2>The runs</h2>",
            table_of(
                ("run", "workers' cores", "store's", "gifts a second", "p99 seen, ms", "memory, MB", "again"), runs
            ),
            f"<h2>Machine</h2>{table_of(('', ''), list(capacity.machine.items()))}",
            f"<h2>Again</h2><p><code>{html.escape(capacity.command)}</code></p></main></body></html>\n",
        ]
    )


def _cards(costs: Costs) -> list[tuple[str, str]]:
    return [
        (f"{viewers_held(costs, 10):,}", "viewers a worker, ten events a second in their room"),
        (f"{viewers_held(costs, 1000):,}", "viewers a worker, a thousand events a second in it"),
        (f"{USED * 1e6 / costs.store_gift_us:,.0f}", "gifts a second a partition"),
        (f"{costs.knee_per_s:,.0f}", "gifts a second held by one worker and one store"),
        (f"{costs.viewer_kb:.1f} KB", "of memory a viewer"),
        (f"{costs.books.entries_per_s:,.0f}", "entries archived a second"),
    ]


def _figures(capacity: Capacity) -> list[str]:
    measures, costs = capacity.measures, capacity.costs
    held = [(seen, float(viewers_held(costs, seen))) for seen in SEEN]
    needed = [
        (10.0**power, size(costs, Crowd(viewers=int(10**power), gifts=10**power / 500, seen=10))) for power in _powers()
    ]
    workers = [(viewers, float(sizes.workers)) for viewers, sizes in needed if sizes.workers is not None]
    return [
        _fitted("Workers' cores, ten gifts a second", measures["calm"], line_through(measures["calm"])),
        _fitted("Workers' cores, five hundred gifts a second", measures["busy"], line_through(measures["busy"])),
        _fitted("Memory of a worker, MB", measures["quiet"], line_through(measures["quiet"], memory=True), memory=True),
        chart(
            "Viewers that a worker holds, by events a second that they see",
            [Series("viewers", held)],
            logarithmic(SEEN, short),
            linear([viewers for _, viewers in held]),
            x_name="events seen a second",
        ),
        chart(
            "Workers; a gift a second for 500 viewers, ten events seen",
            [Series("workers", workers)],
            logarithmic([viewers for viewers, _ in workers], short),
            logarithmic([count for _, count in workers], short),
            x_name="viewers",
        ),
    ]


def _powers() -> list[float]:
    return [3 + step / 8 for step in range(25)]


def _fitted(title: str, measures: Sequence[Measure], line: Line, *, memory: bool = False) -> str:
    found = [(float(m.options.viewers), m.worker_mb if memory else m.worker_cores) for m in measures]
    most = max(viewers for viewers, _ in found)
    straight = [(0.0, max(0.0, line.at(0))), (most, line.at(most))]
    x: Axis = linear([most])
    series = [Series("measured", found), Series("straight line", straight)]
    return chart(title, series, x, linear([value for _, value in found + straight]), x_name="viewers")


def _run_row(measure: Measure) -> tuple[str, ...]:
    m = measure.metrics
    return (
        PURPOSES[measure.name],
        f"{measure.worker_cores:.3f}",
        f"{m['store_cores']:.3f}",
        number(measure.rate),
        number(m.get("p99_seen_ms", 0.0)),
        f"{measure.worker_mb:.0f}",
        _again(measure.options),
    )


def _again(options: Options) -> str:
    words = [
        "fanfare",
        "loadtest",
        options.scenario,
        "--viewers",
        str(options.viewers),
        "--senders",
        str(options.senders),
    ]
    words += ["--rate", f"{options.rate:g}", "--duration", str(options.duration_s)]
    words += ["--rooms", str(options.rooms)] if options.rooms > 1 else []
    words += ["--workers", str(options.workers)] if options.workers > 1 else []
    return shlex.join(words)
