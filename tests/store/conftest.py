"""Fixtures of floor 2."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.books import check_books
from tests.world import EPOCH, World


@pytest.fixture
async def audited(world: World) -> AsyncIterator[None]:
    """Whatever a test does, the books are in order afterwards; a test that spoils them empties the store."""
    yield
    if await world.store.call("HGET", world.keys.totals, "epoch") == EPOCH.encode():
        await check_books(world)
