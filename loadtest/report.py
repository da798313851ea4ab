"""report.html: one file that needs nothing else, neither a network nor a script."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path

from loadtest.compare import about_baseline, number
from loadtest.plots import Series, over_time, percentiles
from loadtest.result import Measured, Result, knee_sentence
from loadtest.scenarios import SCENARIOS

STYLE = Path(__file__).with_name("report.css")
CARDS = (
    ("accepted_per_s", "gifts accepted a second"),
    ("events_per_s", "gifts shown a second"),
    ("p50_seen_ms", "ms until seen, median"),
    ("p99_seen_ms", "ms until seen, p99"),
    ("p99_accepted_ms", "ms until accepted, p99"),
    ("events_per_cpu_s", "shown per CPU second"),
    ("cpu_us_per_gift", "µs of CPU a gift"),
    ("knee_per_s", "gifts a second at the knee"),
)


def render(result: Result) -> str:
    """The whole page."""
    options, ours = result.options, result.fanfare
    title = f"{options.scenario}: {options.viewers:,} viewers, {options.rate:g} gifts a second"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>Fanfare load test: {html.escape(title)}</title><style>{STYLE.read_text()}</style></head><body><main>",
        f"<h1>{html.escape(title)}</h1><p class=soft>{html.escape(SCENARIOS[options.scenario].sentence)} "
        f"{html.escape(result.began)}</p>",
        _verdict(result),
        _cards(ours),
    ]
    if result.baseline is not None:
        parts.append(_against(result, result.baseline))
    parts += [f"<h2>Over time</h2>{_charts(ours)}", "<h2>Latency in milliseconds</h2>", _latencies(ours)]
    if ours.steps:
        parts += ["<h2>Steps</h2>", _steps(ours)]
    if result.baseline is not None:
        parts.append(f"<h2>The baseline over time</h2>{_charts(result.baseline)}")
    parts += [_details(result), "</main></body></html>\n"]
    return "".join(parts)


def _verdict(result: Result) -> str:
    books = result.fanfare.books
    lines = [(books.ok, books.verdict())]
    lines += [(False, f"Not valid: {why}.") for why in result.fanfare.invalid]
    for outcome in result.thresholds:
        value = "not measured" if outcome.value is None else number(outcome.value)
        lines.append((outcome.passed, f"{outcome.threshold}: {value}"))
    shown = "".join(
        f'<li class="{"good" if good else "bad"}">{"✓" if good else "✗"} {html.escape(text)}</li>'
        for good, text in lines
    )
    return f'<ul style="list-style:none;padding:0">{shown}</ul>'


def _cards(ours: Measured) -> str:
    cards = "".join(
        f"<div class=card><b>{number(ours.metrics[name])}</b><span class=soft>{html.escape(text)}</span></div>"
        for name, text in CARDS
        if name in ours.metrics
    )
    return f"<div class=cards>{cards}</div>"


def _against(result: Result, baseline: Measured) -> str:
    rows = [
        (name, number(result.fanfare.metrics[name]), number(baseline.metrics[name]), f"{ratio:g} x")
        for name, ratio in result.ratios.items()
    ]
    text = (
        "The baseline is the server that most would write (Starlette, redis-py, one script call a gift, one send a "
        "viewer), measured in the same run, with the same client, on a store with the same settings. "
        "Above 1 x, Fanfare is better."
    )
    head = ("", "Fanfare", "baseline", "ratio")
    notes = "".join(f"<p class=soft>The baseline: {html.escape(note)}.</p>" for note in about_baseline(baseline))
    return f"<h2>Against the baseline</h2><p class=soft>{text}</p>{table_of(head, rows)}{notes}"


def _charts(m: Measured) -> str:
    def line(name: str, field: str) -> Series:
        return Series(name, [(moment.at_s + 0.5, float(getattr(moment, field))) for moment in m.timeline])

    marks = [(at_s, text.split(" was ")[0]) for at_s, text in m.happened]
    curves = [
        Series(f"until {name}", [(share, ms) for share, ms in points]) for name, points in m.curves.items() if points
    ]
    figures = [
        percentiles("How long gifts took, slowest to the right", curves) if curves else "",
        over_time("Until seen, ms", [line("p50", "p50_seen_ms"), line("p99", "p99_seen_ms")], "", marks),
        over_time("Gifts a second", [line("offered", "offered"), line("accepted", "accepted")], "", marks),
        over_time("Gifts shown to viewers a second", [line("shown", "events")], "", marks),
        over_time("CPU, cores", [line("server", "server_cores"), line("store", "store_cores")], "", marks),
        over_time("Memory, MB", [line("server", "server_rss_mb"), line("store", "store_rss_mb")], "", marks),
        over_time("The client's own lag, p99, ms", [line("event loop", "client_lag_ms")], "", marks),
    ]
    return "<div class=charts>" + "".join(f"<figure>{figure}</figure>" for figure in figures if figure) + "</div>"


def _latencies(m: Measured) -> str:
    names = {
        "accepted": "sent → accepted",
        "seen": "sent → seen by a viewer",
        "connect": "connect → welcome",
        "rejoin": "reconnect → welcome",
    }
    columns = ("p50", "p75", "p90", "p95", "p99", "p999", "max")
    rows = [(names[name], *(number(h[column]) for column in columns)) for name, h in m.latency_ms.items()]
    return table_of(("", *columns), rows)


def _steps(m: Measured) -> str:
    head = ("gifts/s", "achieved", "p50 seen", "p99 seen", "p99 accepted", "cores", "client's lag", "held")
    rows = [
        (
            number(s.rate),
            f"{s.achieved:.1%}",
            number(s.p50_seen_ms),
            number(s.p99_seen_ms),
            number(s.p99_accepted_ms),
            number(s.cores),
            number(s.client_lag_p99_ms),
            s.verdict,
        )
        for s in m.steps
    ]
    return table_of(head, rows) + f"<p>{html.escape(knee_sentence(m.steps))}</p>"


def _details(result: Result) -> str:
    ours = result.fanfare
    happened = [(f"{at_s:g} s", what) for at_s, what in ours.happened]
    errors = [(slug, f"{count:,}") for slug, count in sorted(ours.errors.items())]
    closes = [(str(code), f"{count:,}") for code, count in sorted(ours.closes.items())]
    metrics = [(name, number(value)) for name, value in sorted(ours.metrics.items())]
    parts = []
    for title, head, rows in (
        ("What happened", ("at", ""), happened),
        ("Refusals", ("slug", "times"), errors),
        ("Connections that were closed", ("code", "times"), closes),
        ("Machine", ("", ""), list(result.machine.items())),
        ("All numbers", ("metric", ""), metrics),
    ):
        if rows:
            parts.append(f"<details><summary><h2>{title}</h2></summary>")
            parts.append(table_of(head, rows) + "</details>")
    parts.append(f"<h2>Again</h2><p><code>{html.escape(result.command)}</code></p>")
    return "".join(parts)


def table_of(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row) + "</tr>"

    return f"<div class=scroll><table>{cells('th', head)}{''.join(cells('td', row) for row in rows)}</table></div>"
