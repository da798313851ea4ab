"""A real PostgreSQL in a folder of its own, for as long as a test session lasts."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from app.base.children import spawn

DEBIAN = Path("/usr/lib/postgresql")
TEMPLATE = "template1"
START_S = 30.0
# Nothing here has to outlive the session.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # It would look at each of the many databases, which live for a moment.
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    if (found := shutil.which("initdb")) and shutil.which("postgres"):
        return Path(found).parent
    versions = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    return max(versions, key=lambda path: int(path.parent.name), default=None)


def _as_somebody() -> dict[str, Any]:
    """Whom to run it as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    somebody = names.get("postgres") or names["nobody"]
    return {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


class Postgres:
    """A server whose files and socket are in `folder`, whose name must be short."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._somebody = _as_somebody()
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def start(self) -> None:
        """Returns when it answers."""
        bin_folder = programs()
        assert bin_folder is not None, "PostgreSQL is not installed: python3 -m tests says what to do"
        if self._somebody:
            os.chown(self.folder, self._somebody["user"], self._somebody["group"])
        data = self.folder / "data"
        if not data.exists():
            words = ("-D", str(data), "-U", "fanfare", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            command = [str(bin_folder / "initdb"), *words]
            subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._somebody)
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = spawn(
                [str(bin_folder / "postgres"), "-D", str(data), "-k", str(self.folder), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._somebody,
            )
        until_s = time.monotonic() + START_S
        while True:
            try:
                self.run("SELECT 1")
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until_s, "it does not answer"
                time.sleep(0.02)

    def run(self, statement: str, database: str = "postgres") -> None:
        """Runs a statement outside of any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://fanfare@/{database}?host={self.folder}"

    def new_database(self, template: str = TEMPLATE) -> str:
        """The address of a database of its own, a copy of the template."""
        self._databases += 1
        name = f"t{os.getpid()}_{self._databases}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, address: str) -> None:
        """Drops the database of that address, whoever is connected: all of them at the end would take too long."""
        name = address.partition("@/")[2].partition("?")[0]
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        """Ends it, whoever is connected."""
        if self._process is not None:
            # SIGQUIT: at once, without a checkpoint.
            self._process.send_signal(3)
            self._process.wait(10)
            self._process = None
