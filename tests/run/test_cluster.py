from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import StoreError
from app.store.cluster_server import ClusterServer, ask, cluster_folder
from app.store.server import socket_path
from tests.waiting import is_alive, until


class Running:
    """`fanfare cluster` in a process of its own."""

    def __init__(self, data: Path) -> None:
        self.folder = cluster_folder(data)
        command = [sys.executable, "-m", "app", "cluster", "--data", str(data)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout
        self.said = [self.process.stdout.readline() for _ in range(3)]

    def pids(self) -> list[int]:
        """The nodes' processes; of one that does not answer, none."""
        found = []
        for k in range(6):
            try:
                info: bytes = ask(socket_path(self.folder / f"node-{k + 1}"), "INFO", "server")
            except StoreError:
                continue
            found.append(int(info.partition(b"process_id:")[2].split()[0]))
        return found


@pytest.fixture
def running(short_path: Path) -> Iterator[Running]:
    """The command, ended at the end."""
    running = Running(short_path)
    yield running
    running.process.kill()
    running.process.communicate()


def test_one_command_runs_a_cluster(running: Running) -> None:
    """It says where it is, starts a node that was killed again, and leaves nothing behind when it is told to stop."""
    before = running.pids()
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(running.pids()) == 6 and not is_alive(before[0]))
    after = running.pids()
    running.process.terminate()
    _, complaints = running.process.communicate(timeout=45)

    assert "3 primaries, 3 replicas" in running.said[0]
    assert "FANFARE_REDIS_URL=redis://127.0.0.1:" in running.said[2]
    assert set(before[1:]) < set(after)
    assert 0 == running.process.returncode
    assert "was ended by SIGKILL; starting it again" in complaints
    assert not any(map(is_alive, after))


def test_a_demo_on_a_cluster(short_path: Path) -> None:
    """One command runs all of it; other commands find its cluster while it runs, and start it once it does not."""
    environment = {**os.environ, "FANFARE_ADMIN": "off", "FANFARE_DRAIN_S": "1"}

    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    together: dict[str, Any] = {**piped, "text": True, "env": environment}

    def fanfare(*words: str) -> list[str]:
        return [sys.executable, "-m", "app", *words]

    demo = subprocess.Popen(fanfare("demo", "--cluster", "--port", "0", "--data", str(short_path)), **together)
    assert demo.stdout
    try:
        assert any("Fanfare is live" in line for line in iter(demo.stdout.readline, ""))
        folder = cluster_folder(short_path)
        checked = subprocess.run(fanfare("check", "--data", str(folder)), timeout=45, **together).stdout
        demo.terminate()
        said, _ = demo.communicate(timeout=45)
    finally:
        demo.kill()
        demo.communicate()
    # It starts six nodes first.
    verified = subprocess.run(fanfare("ledger", "verify", "--data", str(folder)), timeout=90, **together).stdout

    assert ", a cluster of our own, running" in checked
    assert (0, False) == (demo.returncode, "Traceback" in said)
    assert "The books balance" in verified, verified


def test_what_is_said(short_path: Path) -> None:
    """The address that is printed is that of all nodes."""
    server = ClusterServer(short_path)
    server.ports = [20_001, 20_002]

    assert "redis://127.0.0.1:20001,127.0.0.1:20002" == server.url
