"""A PostgreSQL server in a folder of its own, for as long as a measurement or a test session lasts."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.base.children import spawn

DEBIAN = Path("/usr/lib/postgresql")
START_S, END_S = 30.0, 60.0
LOOK_AGAIN_S = 0.02
# As an operator would have it: all that is committed is on the disk.
SETTINGS = {"listen_addresses": "", "shared_buffers": "256MB"}


class NoPostgres(Exception):
    """It is not installed, or does not start; the text says why."""


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


class PostgresServer:
    """A server whose files and socket are in `folder`, which exists and whose name must be short.

    Args:
        settings: its own settings, by name.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] = SETTINGS) -> None:
        self.folder = folder
        self._settings = settings
        self._somebody = _as_somebody()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process that all of its others are children of."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when it answers.

        Raises:
            NoPostgres: it is not installed, or does not start.
        """
        bin_folder = programs()
        if bin_folder is None:
            raise NoPostgres("PostgreSQL is not installed: apt-get install postgresql, or `initdb` on the PATH")
        if self._somebody:
            os.chown(self.folder, self._somebody["user"], self._somebody["group"])
        data = self.folder / "data"
        if not data.exists():
            words = ("-D", str(data), "-U", "fanfare", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            command = [str(bin_folder / "initdb"), *words]
            subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._somebody)
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = spawn(
                [str(bin_folder / "postgres"), "-D", str(data), "-k", str(self.folder), *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._somebody,
            )
        self._wait(self._process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until_s = time.monotonic() + START_S
        while not self._is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > until_s:
                self.stop()
                raise NoPostgres(f"PostgreSQL does not answer: {(self.folder / 'log').read_text()}")
            time.sleep(LOOK_AGAIN_S)

    def _is_ready(self, pid: int) -> bool:
        """By its own word, where pg_ctl looks for it too."""
        try:
            lines = (self.folder / "data" / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(pid)] and lines[7:] == ["ready   "]

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://fanfare@/{database}?host={self.folder}"

    def stop(self) -> None:
        """Ends it, whoever is connected."""
        if self._process is not None:
            # At once, without a checkpoint.
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(END_S)
            self._process = None
