from __future__ import annotations

import argparse
import os
import signal
import threading
from pathlib import Path

import pytest

from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.engine import sqlite_url
from app.commands import bookkeeper
from app.store.epoch import known_epoch
from app.store.server import StoreServer
from tests.waiting import until


def test_it_keeps_the_books_of_a_folder(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the data folder of a server that does not run, it starts the store, keeps the books, and ends by SIGTERM."""
    for name in ("SECRET", "API_KEY"):
        monkeypatch.delenv(f"FANFARE_{name}", raising=False)
    monkeypatch.setattr(bookkeeper, "be_modest", lambda: None)
    server = StoreServer(short_path)
    server.start()
    server.stop()

    def when_it_works() -> None:
        until(lambda: (short_path / "archive.db").exists() and known_epoch(short_path) is not None)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=when_it_works).start()

    assert 0 == bookkeeper.run(argparse.Namespace(data=short_path))
    archive = Archive(sqlite_url(short_path / "archive.db"))
    assert 0 == archive.write_now(read_cursor).n
    archive.close()
