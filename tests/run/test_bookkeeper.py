"""The bookkeeper's process beside the workers: killed, stopped, alone."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from app.archive.archive import NEWEST
from app.base.config import Settings
from app.run.bookkeeper import keep_books
from tests.edge.client import eventually
from tests.edge.product import Product
from tests.ports import free_ports
from tests.waiting import is_alive, until

SETTINGS = {"gift_rate": 0, "workers": 1, "hold_s": 0}


def bookkeepers(product: Product) -> list[int]:
    """The pids of its bookkeepers."""
    return product.pids_of(b"app.run.bookkeeper")


def archived(data: Path) -> int:
    """How far the archive in a folder goes; -1 while there is none."""
    try:
        with closing(sqlite3.connect(f"file:{data}/archive.db?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT n FROM cursors").fetchone()[0])
    except (sqlite3.OperationalError, TypeError):
        return -1


def journal_n(product: Product) -> int:
    """How far the store's journal goes."""
    return int(product.ask_store("HGET", "tot:{p0}", "n"))


async def test_a_killed_bookkeeper_is_back(product: Product) -> None:
    """After kill -9 another one takes over, and everything that happened meanwhile is archived."""
    until(lambda: len(bookkeepers(product)) == 1)
    (victim,) = bookkeepers(product)
    os.kill(victim, signal.SIGKILL)
    async with product.platform() as platform:
        for i in range(3):
            body = {"user": "ann", "coins": 5, "reason": "a test"}
            answer = await platform.post("/v1/grants", json=body, headers={"Idempotency-Key": f"k{i}"})
            assert 200 == answer.status_code
    await eventually(lambda: len(bookkeepers(product)) == 1 and victim not in bookkeepers(product))
    await eventually(lambda: archived(product.data) == journal_n(product) > 2)


def test_it_goes_with_its_supervisor(tmp_path: Path) -> None:
    """A stopped server leaves no bookkeeper, nor does a killed one; its metrics have the port behind the workers'."""
    port = free_ports(2)
    product = Product(tmp_path, admin=f"127.0.0.1:{port}")
    product.start()
    until(lambda: len(bookkeepers(product)) == 1)
    first = bookkeepers(product)
    with urllib.request.urlopen(f"http://127.0.0.1:{port + 1}/metrics", timeout=45) as response:
        assert b"fanfare_archive_waiting_entries" in response.read()
    assert 0 == product.stop()
    assert [] == [pid for pid in first if is_alive(pid)]
    product.start()
    until(lambda: len(bookkeepers(product)) == 1)
    second = bookkeepers(product)
    assert product.process is not None
    product.process.kill()
    product.process.wait()

    until(lambda: not any(is_alive(pid) for pid in second))
    assert "Traceback" not in product.complaints(), product.complaints()


async def test_a_rolling_restart_replaces_it_too(product: Product) -> None:
    """SIGHUP brings a new bookkeeper, and the old one goes."""
    until(lambda: len(bookkeepers(product)) == 1)
    before = bookkeepers(product)
    assert product.process is not None
    product.process.send_signal(signal.SIGHUP)

    await eventually(lambda: bookkeepers(product) not in ([], before) and len(bookkeepers(product)) == 1)


async def test_it_is_ready_once_the_tables_are(tmp_path: Path) -> None:
    """Where it is the first to be replaced, the workers after it find the archive as they need it."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    nowhere = f"unix://{tmp_path / 'no.sock'}"
    keeping = asyncio.create_task(keep_books(Settings(data=tmp_path), nowhere, None, theirs.detach()))
    assert b"ready\n" == await asyncio.get_running_loop().sock_recv(ours, 6)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as connection:
        assert (NEWEST,) == connection.execute("SELECT version_num FROM alembic_version").fetchone()
    ours.close()

    assert 0 == await keeping


def test_an_archive_that_cannot_be_is_no_harm(tmp_path: Path) -> None:
    """A bookkeeper that cannot start is said, and tried again; a server that knows its ledger serves meanwhile."""
    product = Product(tmp_path)
    product.start()
    assert 0 == product.stop()
    product.settings["ARCHIVE_URL"] = "sqlite:////dev/null/a.db"
    product.start()
    until(lambda: "the books wait" in product.complaints())
    assert 1 == len(product.worker_pids())
    product.end()


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_one_alone_keeps_the_books(product: Product, signal_number: int) -> None:
    """`fanfare bookkeeper` keeps the books of a running server beside its own, and ends when it is told to."""
    process = product.popen("bookkeeper")
    assert process.stdout is not None
    said = process.stdout.readline()
    process.send_signal(signal_number)

    assert 0 == process.wait(45)
    assert b"Ctrl-C stops it" in said
    process.stdout.close()
