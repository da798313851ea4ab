from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from loadtest import plots, report
from tests.loadtest.results import measured, result


def test_a_report_needs_nothing_from_anywhere() -> None:
    """The page has no address, no script, and loads nothing: it opens without a network."""
    page = report.render(result(measured()))

    assert re.findall(r"(?i)https?:|//[a-z]|\bsrc=|\bhref=|url\(|@import|<script|<link|<iframe", page) == []


def test_what_came_from_outside_is_escaped() -> None:
    """Text of the machine and of the command line is text in the page."""
    page = report.render(result())

    assert "A &lt;fast&gt; one" in page
    assert "&lt;script&gt;" in page


def test_the_page_is_well_formed() -> None:
    """Every element that is opened is closed, in order."""
    open_elements: list[str] = []
    void = {"meta", "line", "rect", "polyline"}

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in void:
                open_elements.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert tag in void or open_elements.pop() == tag

    Checker().feed(report.render(result(measured())))

    assert open_elements == []


def test_a_report_says_what_passed_and_what_did_not() -> None:
    """Thresholds stand in the page with their outcome, and what was not measured says so."""
    page = report.render(result())

    assert "✓ p99_seen_ms&lt;=60: 9" in page
    assert "✗ nothing&lt;=1: not measured" in page
    assert "The books balance" in page


def test_the_baseline_is_shown_with_its_ratio() -> None:
    """With a baseline the page compares, without one it does not speak of it."""
    assert "4 x" in report.render(result(measured()))
    assert "Against the baseline" not in report.render(result())


@pytest.mark.parametrize("top", [0.0, 0.003, 1.0, 7.0, 99.0, 12_345.0, 4e9])
def test_an_axis_covers_its_values_with_few_round_numbers(top: float) -> None:
    """A linear axis reaches its largest value with at most six numbers written at it."""
    axis = plots.linear([0.0, top])

    assert axis.high >= top
    assert 2 <= len(axis.ticks) <= 6
    assert axis.place(axis.low) == 0.0
    assert axis.place(axis.high) == 1.0


def test_a_chart_keeps_within_its_frame() -> None:
    """No point of a line is drawn outside the picture, whatever the values."""
    svg = plots.over_time("x", [plots.Series("a", [(0.0, 0.0), (5.0, 1e9)])], "", [(99.0, "late")])

    points = ElementTree.fromstring(svg).findall("polyline")[0].attrib["points"].split()
    places = [tuple(map(float, point.split(","))) for point in points]

    assert all(0 <= x <= plots.WIDTH and 0 <= y <= plots.HEIGHT for x, y in places)
