"""The parts of the pages, each alone on a blank page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.static.conftest import Page


@pytest.fixture
def part(modules: Page) -> Iterator[Page]:
    """The page that all share, empty again after the test."""
    yield modules
    modules.run("document.body.replaceChildren(); document.body.className = '';")
