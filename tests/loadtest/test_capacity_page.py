"""The page of capacity: whole, without anything from anywhere, with the figures that were measured."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from loadtest.capacity_page import CROWDS, render, text
from loadtest.costs import Crowd, size
from tests.loadtest.capacities import COSTS, capacity

VOID = {"meta", "line", "rect", "polyline"}


def test_the_page_needs_nothing_and_is_whole() -> None:
    """It has no address and no script, every element is closed in order, and text of others is text."""
    page = render(capacity("the client itself was late: p99 40 ms"))
    opened: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            opened.extend([] if tag in VOID else [tag])

        def handle_endtag(self, tag: str) -> None:
            assert tag in VOID or opened.pop() == tag

    Checker().feed(page)

    assert [] == opened
    assert [] == re.findall(r"(?i)https?:|//[a-z]|\bsrc=|\bhref=|url\(|@import|<script|<link|<iframe", page)
    assert "A &lt;fast&gt; one" in page
    assert "--out &lt;here&gt;" in page
    assert "In 13 of 13 runs the client was late" in page
    assert 5 == page.count("<svg")


def test_the_page_says_what_was_measured() -> None:
    """Machine, date, each run's command and the sizes of every crowd stand in it, the million as well."""
    page = render(capacity())

    assert "2026-11-26 10:00:00" in page
    for viewers in (250, 1000, 2000):
        assert f"fanfare loadtest storm --viewers {viewers} --senders 50 --rate 500 --duration 6" in page
    assert 1_000_000 == CROWDS[-1].viewers
    for crowd in CROWDS:
        workers = size(COSTS, crowd).workers
        assert f"<td>{crowd.viewers:,}</td>" in page
        assert f"<td>{workers:,}</td>" in page
    assert "the worker took 0.08 cores, by the costs 0.08." in page


def test_too_many_gifts_are_told() -> None:
    """Where no number of workers is enough, it says so."""
    said = text(capacity(), [Crowd(viewers=1000, gifts=30_000, seen=10)])

    assert "too many gifts" in said
