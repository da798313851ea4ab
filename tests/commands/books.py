"""A data folder as a server leaves it: secrets, a store, a ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base.config import load, with_secrets
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.server import StoreServer

EPOCH = "e1"


@contextmanager
def running(data: Path, partitions: int = 1) -> Iterator[StoreServer]:
    """The store of a folder with secrets and a newborn ledger of so many partitions, running."""
    server = StoreServer(data)
    server.start()
    try:
        with_secrets(load({}, demo=True, data=data))
        asyncio.run(_open(server.url, partitions))
        (data / "ledger.epoch").write_text(EPOCH)
        yield server
    finally:
        server.stop()


async def _open(url: str, partitions: int) -> None:
    store = Store(url)
    assert await open_ledger(store, EPOCH, partitions) == EPOCH
    store.close()
