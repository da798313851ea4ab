"""Fixtures that several floors share: a real store, never a fake one."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.store.server import StoreServer
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.world import World, world_at


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """The unix:// address of a store that lives as long as the test session."""
    # pytest's own folders have long names; a unix socket's path may not be long.
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        server = StoreServer(Path(folder))
        server.start()
        yield server.url
        server.stop()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder of a test's own with a short name."""
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        yield Path(folder)


@pytest.fixture
async def world(store_url: str) -> AsyncIterator[World]:
    """A newborn ledger with rooms, in a database of its own."""
    async with world_at(f"{store_url}?db=1") as world:
        yield world


@pytest.fixture
async def proxy(store_url: str, short_path: Path) -> AsyncIterator[FaultProxy]:
    """A way to the store that can be broken."""
    async with fault_proxy(store_url, short_path / "proxy.sock") as proxy:
        yield proxy
