from __future__ import annotations

import argparse
import os
import signal
import threading
import urllib.request
from pathlib import Path

import pytest

from app import cli
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.engine import sqlite_url
from app.commands import bookkeeper
from app.store.epoch import known_epoch
from app.store.server import StoreServer
from tests.ports import free_ports
from tests.waiting import until


def test_an_address_that_is_none_is_named(capsys: pytest.CaptureFixture[str], short_path: Path) -> None:
    """An address for metrics that cannot be read is refused, and the line names the option."""
    code = cli.main(["bookkeeper", "--metrics", "here", "--data", str(short_path)])

    assert 2 == code
    assert "--metrics: 'here' is neither" in capsys.readouterr().err


def test_it_keeps_the_books_of_a_folder(short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the data folder of a server that does not run, it starts the store, keeps the books, serves its metrics where
    it is told to, and ends by SIGTERM."""
    for name in ("SECRET", "API_KEY"):
        monkeypatch.delenv(f"FANFARE_{name}", raising=False)
    monkeypatch.setattr(bookkeeper, "be_modest", lambda: None)
    server = StoreServer(short_path)
    server.start()
    server.stop()

    address, seen = f"127.0.0.1:{free_ports(1)}", list[bytes]()

    def when_it_works() -> None:
        until(lambda: (short_path / "archive.db").exists() and known_epoch(short_path) is not None)
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as response:
            seen.append(response.read())
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=when_it_works).start()

    assert 0 == bookkeeper.run(argparse.Namespace(data=short_path, metrics=address))
    assert b"fanfare_books_drift" in seen[0]
    archive = Archive(sqlite_url(short_path / "archive.db"))
    assert 0 == archive.write_now(read_cursor).n
    archive.close()
