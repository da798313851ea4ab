"""Fixtures of floor 4: the whole product in processes of its own, or one worker inside the test's own event loop."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.server import StoreServer
from tests.edge.product import Product


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with a short name: a unix socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="fanfare-edge-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def product(request: pytest.FixtureRequest, folder: Path) -> Iterator[Product]:
    """The product with a module's own `SETTINGS`; whatever the module does to it, it says no "Traceback"."""
    product = Product(folder, **getattr(request.module, "SETTINGS", {}))
    product.start()
    yield product
    product.end()
    assert "Traceback" not in product.complaints(), product.complaints()


@pytest.fixture
def own_store() -> Iterator[StoreServer]:
    """A store of the test's own, which may be stopped and started."""
    with tempfile.TemporaryDirectory(prefix="fanfare-edge-") as name:
        server = StoreServer(Path(name))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[StoreServer]:
    """A store for a worker inside the test's own process."""
    server = StoreServer(folder / "s")
    server.start()
    yield server
    server.stop()
