"""Servers on machines of their own: one cluster, one archive and one bookkeeper for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.base.children import spawn
from app.base.errors import FanfareError
from app.store.cluster_server import ClusterServer
from loadtest.machine import environment, python
from loadtest.machines import Machine, address
from loadtest.postgres import PostgresServer
from loadtest.target import LIMITS_OFF, Target, verify

PORT, BOOKS_PORT = 8000, 5432
NUMBERS = {"A": 11, "B": 12}
START_S, END_S = 60.0, 30.0
LOG_TAIL = 12
# Only the test's own machines get there.
TRUST = "local all all trust\nhost all all samenet trust\n"


class OpenCluster(ClusterServer):
    """A cluster for the machines of a test: on a network that nobody else is on, without a password."""

    host = address("inside")

    def _settings(self, port: int, bus_port: int) -> dict[str, str]:
        return {**super()._settings(port, bus_port), "protected-mode": "no"}


def open_postgres(folder: Path) -> PostgresServer:
    """A PostgreSQL for the machines of a test."""
    (folder / "hba.conf").write_text(TRUST)
    settings = {
        "listen_addresses": address("inside"),
        "port": str(BOOKS_PORT),
        "hba_file": str(folder / "hba.conf"),
        "shared_buffers": "64MB",
    }
    return PostgresServer(folder, settings)


class Hosts(Target):
    """Servers on several machines; people are told of any of them."""

    def __init__(self, folder: Path, store_url: str, *, workers: int, partitions: int) -> None:
        self.folder = folder
        self.machines = {name: Machine(number) for name, number in NUMBERS.items()}
        urls = [f"http://{machine.address('outside')}:{PORT}" for machine in self.machines.values()]
        super().__init__(urls[0], secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        self.urls = urls
        self._workers = workers
        self._where = {
            "FANFARE_REDIS_URL": store_url,
            "FANFARE_ARCHIVE_URL": f"postgresql://fanfare@{address('inside')}:{BOOKS_PORT}/postgres",
            "FANFARE_PARTITIONS": str(partitions),
        }
        own = {"FANFARE_SECRET": self.secret, "FANFARE_API_KEY": self.api_key, "FANFARE_ADMIN": "off"}
        self._settings = {**LIMITS_OFF, **self._where, **own, "FANFARE_DRAIN_S": "1", "FANFARE_LOST_TAIL": "refuse"}
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def is_ours(self) -> bool:
        """They are."""
        return True

    def start(self) -> None:
        """Starts the bookkeeper and a server on each machine."""
        self._spawn("books", [], ["bookkeeper"])
        for name, machine in self.machines.items():
            listens = ["--host", machine.address("outside"), "--port", str(PORT), "--workers", str(self._workers)]
            self._spawn(name, machine.command([]), ["serve", "--no-bookkeeper", *listens])
        self.roots = [process.pid for process in self._processes[1:]]

    async def wait_ready(self) -> None:
        """Returns when all machines answer.

        Raises:
            FanfareError: one does not; with the end of its log.
        """
        until_s = time.monotonic() + START_S
        for url in self.urls:
            one = Target(url, self.secret, self.api_key)
            while not await one.is_ready():
                if time.monotonic() > until_s or any(process.poll() is not None for process in self._processes):
                    raise FanfareError(f"the servers did not start:\n{self.complaints(LOG_TAIL)}")
                await asyncio.sleep(0.05)

    def complaints(self, lines: int = 1000) -> str:
        """The ends of all logs."""
        logs = {name: self._log(name) for name in ("books", *self.machines)}
        told = ((name, log.read_text(errors="replace").splitlines()[-lines:]) for name, log in logs.items())
        return "\n".join(f"{name}: {line}" for name, log in told for line in log)

    def verify_ledger(self) -> dict[str, Any] | None:
        """What `fanfare ledger verify` says of the books of all of them."""
        return verify(self.folder / "books", **self._where)

    def stop(self) -> None:
        """Ends all processes, and takes the machines away."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_S)
            process.kill()
            process.wait()
        for machine in self.machines.values():
            machine.stop()

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _spawn(self, name: str, before: Sequence[str], words: Sequence[str]) -> None:
        """Starts one, with a data folder and a log of its own; what stands before it says where."""
        command = [*before, *python("app", *words, "--data", str(self.folder / name))]
        with self._log(name).open("ab") as log:
            self._processes.append(
                spawn(command, env=environment(**self._settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )
