"""The measurement of the pages, on a line that is not slow."""

from __future__ import annotations

import subprocess
import sys

import pytest

from loadtest.pages import Line, Visit, measure, table
from loadtest.target import Target
from tests.edge.product import Product
from tests.edge.site import API_KEY, SECRET


async def test_pages_are_weighed(product: Product) -> None:
    """A page counts its requests, its bytes and the time until it is of use; the second time it asks for less."""
    fast = Line(latency_ms=0, down_mbit=1000, up_mbit=1000, cpu=1)
    cold, warm = await measure(Target(product.url, SECRET, API_KEY), ["room"], fast, runs=1)

    assert ("room", True, "room", False) == (cold.page, cold.cold, warm.page, warm.cold)
    assert 0 < warm.requests < cold.requests
    assert 0 < warm.bytes < cold.bytes
    assert 0 < cold.first_paint_ms <= cold.usable_ms


def test_table_is_one_for_the_readme() -> None:
    """Each visit is a row."""
    rows = table([Visit("room", True, 13, 81_900, 740, 2340), Visit("room", False, 3, 5100, 500, 1260)])

    assert [
        "| room | cold | 13 | 82 | 0.7 s | 2.3 s |",
        "| room | warm | 3 | 5 | 0.5 s | 1.3 s |",
    ] == rows.splitlines()[2:]


@pytest.mark.parametrize("words", [["--help"], ["--page", "nowhere"], ["--url", "http://127.0.0.1:1"]])
def test_command_says_how_it_is_used(words: list[str]) -> None:
    """Help, or what is wrong with the arguments, comes with the way to use it, and not as a traceback."""
    done = subprocess.run([sys.executable, "-m", "loadtest.pages", *words], capture_output=True, text=True, timeout=30)

    assert (0 if words == ["--help"] else 2) == done.returncode
    assert "usage: python -m loadtest.pages" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
