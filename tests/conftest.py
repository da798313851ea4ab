"""Fixtures that several floors share: a real store, never a fake one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.server import StoreServer


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """The unix:// address of a store that lives as long as the test session."""
    # pytest's own folders have long names; a unix socket's path may not be long.
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        server = StoreServer(Path(folder))
        server.start()
        yield server.url
        server.stop()
