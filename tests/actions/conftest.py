"""Fixtures of floor 3."""

from __future__ import annotations

import pytest

from app.archive.archive import Archive
from tests.actions.shop import Shop
from tests.world import World


@pytest.fixture
def shop(archive: Archive, world: World) -> Shop:
    """A place to buy coins at."""
    return Shop(archive, world)
