"""The ids of commands."""

from __future__ import annotations

import re
from uuid import UUID

from .conftest import Page

FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MAKE = "const { createUuid7 } = await load('core/uuid7');\n"
RANDOM = "const next = createUuid7((bytes) => crypto.getRandomValues(bytes));\n"


def test_well_formed(modules: Page) -> None:
    """Every id is a UUID of version 7 and of the right variant."""
    ids = modules.run(MAKE + RANDOM + "return Array.from({ length: 500 }, (_, i) => next(1.7e12 + i));")

    assert [] == [i for i in ids if not FORM.fullmatch(i)]


def test_server_time(modules: Page) -> None:
    """An id carries the server's moment, not the browser's."""
    made = modules.run(MAKE + RANDOM + "return next(1234567890123.7);")

    assert 1234567890123 == UUID(made).int >> 80


def test_ordered_within_a_millisecond(modules: Page) -> None:
    """Ten thousand ids of one millisecond are in order and different, even from the worst dice."""
    worst = "const next = createUuid7((bytes) => bytes.fill(255));\n"
    ids = modules.run(MAKE + worst + "return Array.from({ length: 10000 }, () => next(5000));")

    assert sorted(set(ids)) == ids


def test_clock_set_back(modules: Page) -> None:
    """When the clock is set back, ids still grow."""
    ids = modules.run(MAKE + RANDOM + "return [next(9000), next(4000), next(8999), next(9001)];")

    assert sorted(set(ids)) == ids
