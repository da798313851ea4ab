"""Fixtures of floor 3."""

from __future__ import annotations

import pytest

from app.archive.archive import Archive
from tests.actions.paying import Paying
from tests.actions.shop import Shop
from tests.world import World


@pytest.fixture
def shop(archive: Archive, world: World) -> Shop:
    """A place to buy coins at."""
    return Shop(archive, world)


@pytest.fixture
async def paying(archive: Archive, world: World) -> Paying:
    """A streamer with 44 999 diamonds that can be paid out, and a tax profile."""
    paying = Paying(archive, world)
    await paying.earn()
    await paying.profile()
    return paying
