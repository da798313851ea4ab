"""Line charts as SVG, drawn by hand: no library, nothing fetched, colours from the page's style."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence

from msgspec import Struct

WIDTH, HEIGHT = 560, 250
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 40, 34
TICKS = 5


class Series(Struct, frozen=True):
    """A named line."""

    name: str
    points: Sequence[tuple[float, float]]


class Axis(Struct, frozen=True):
    """From the values to a place: linear or logarithmic, with the values that are written at it."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    log: bool = False

    def place(self, value: float) -> float:
        """0 at the low end, 1 at the high one."""
        if self.log:
            value = math.log10(max(value, self.low) / self.low)
            return value / math.log10(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear(values: Sequence[float], unit: str = "") -> Axis:
    """An axis from zero, with round numbers."""
    top = max([*values, 0.0]) or 1.0
    step = 10.0 ** math.floor(math.log10(top / TICKS))
    step *= next(factor for factor in (1, 2, 5, 10) if top / (step * factor) <= TICKS)
    count = math.ceil(top / step - 1e-9)
    return Axis(0.0, count * step, [(i * step, short(i * step) + unit) for i in range(count + 1)])


def logarithmic(values: Sequence[float], text: Callable[[float], str]) -> Axis:
    """An axis of powers of ten."""
    positive = [value for value in values if value > 0] or [1.0]
    low = math.floor(math.log10(min(positive)))
    high = max(low + 1, math.ceil(math.log10(max(positive))))
    return Axis(10.0**low, 10.0**high, [(10.0**i, text(10.0**i)) for i in range(low, high + 1)], log=True)


def short(value: float) -> str:
    """A number as it stands at an axis."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:.6g}"


def chart(
    title: str, series: Sequence[Series], x: Axis, y: Axis, marks: Sequence[tuple[float, str]] = (), x_name: str = ""
) -> str:
    """An SVG element; `marks` are moments with a word, drawn as vertical lines."""
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def at_x(value: float) -> float:
        return LEFT + wide * min(1.0, max(0.0, x.place(value)))

    def at_y(value: float) -> float:
        return TOP + high * (1 - min(1.0, max(0.0, y.place(value))))

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(title)}">',
        f'<text class="title" x="{LEFT}" y="14">{html.escape(title)}</text>',
    ]
    for value, text in y.ticks:
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at_y(value):.1f}" y2="{at_y(value):.1f}"/>'
        )
        parts.append(f'<text class="tick end" x="{LEFT - 6}" y="{at_y(value) + 4:.1f}">{html.escape(text)}</text>')
    for value, text in x.ticks:
        parts.append(f'<text class="tick mid" x="{at_x(value):.1f}" y="{HEIGHT - 16}">{html.escape(text)}</text>')
    if x_name:
        parts.append(f'<text class="tick end" x="{WIDTH - RIGHT}" y="{HEIGHT - 3}">{html.escape(x_name)}</text>')
    for value, text in marks:
        at = f"{at_x(value):.1f}"
        parts.append(f'<line class="mark" x1="{at}" x2="{at}" y1="{TOP}" y2="{TOP + high}"/>')
        parts.append(f'<text class="tick" x="{at_x(value) + 4:.1f}" y="{TOP + 10}">{html.escape(text)}</text>')
    at_legend = float(LEFT)
    for number, line in enumerate(series):
        path = " ".join(f"{at_x(px):.1f},{at_y(py):.1f}" for px, py in line.points)
        parts.append(f'<polyline class="line c{number}" points="{path}"/>')
        parts.append(f'<rect class="key c{number}" x="{at_legend:.0f}" y="23" width="12" height="4" rx="2"/>')
        parts.append(f'<text class="tick" x="{at_legend + 16:.0f}" y="29">{html.escape(line.name)}</text>')
        at_legend += 30 + 6.6 * len(line.name)
    return "".join([*parts, "</svg>"])


def over_time(title: str, series: Sequence[Series], unit: str = "", marks: Sequence[tuple[float, str]] = ()) -> str:
    """A chart over the seconds of a run."""
    xs = [px for line in series for px, _ in line.points]
    ys = [py for line in series for _, py in line.points]
    return chart(title, series, linear(xs), linear(ys, unit), marks, "seconds")


def percentiles(title: str, series: Sequence[Series]) -> str:
    """Latencies over the share of all that were at least as fast; the x axis stretches the slowest ones."""
    nines = [Series(line.name, [(_nines(share), ms) for share, ms in line.points]) for line in series]
    most = max([px for line in nines for px, _ in line.points] + [2.0])
    known = [(0.30103, "50%"), (1.0, "90%"), (2.0, "99%"), (3.0, "99.9%"), (4.0, "99.99%"), (5.0, "99.999%")]
    x = Axis(0.0, most, [(px, text) for px, text in known if px <= most])
    y = logarithmic([py for line in nines for _, py in line.points], _milliseconds)
    return chart(title, nines, x, y, (), "percentile")


def _milliseconds(value: float) -> str:
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms"


def _nines(share: float) -> float:
    return -math.log10(max(1 - share, 1e-6))
