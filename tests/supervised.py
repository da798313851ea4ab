"""A supervisor in a process of its own, with the fake workers, for tests of the whole."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.waiting import command_of, is_alive, until

ROOT = Path(__file__).resolve().parent.parent
CODE = """
import json, sys
from pathlib import Path
from app.run import store_keeper, supervisor
from app.run.slots import WORKER_ARGV
from app.base import config

given = json.loads(sys.argv[1])
supervisor.STOP_MARGIN_S = given["stop_margin_s"]
for module in (supervisor, store_keeper):
    module.BEAT_S = given["beat_s"]
if given["crowd_argv"]:
    supervisor.MODULE_ARGV = given["crowd_argv"]
settings = config.load({}, demo=True, data=Path(given["data"]), host="127.0.0.1", port=given["port"],
                       admin="127.0.0.1:0", workers=given["workers"], drain_s=0.2)
worker = [sys.executable, given["worker"], given["behaviour"]] if given["worker"] else WORKER_ARGV
keeper = [sys.executable, *given["bookkeeper"]] if given["bookkeeper"] else None
sys.exit(supervisor.run(settings, crowd=given["crowd"], worker_argv=worker, bookkeeper_argv=keeper))
"""


class Supervised:
    """A running supervisor; `out` is the file with all that it has said."""

    def __init__(self, folder: Path, terminal: int | None = None, **given: Any) -> None:
        self.data = folder / "d"
        self.out = folder / "out.txt"
        document = {
            "data": str(self.data),
            "port": 0,
            "workers": 2,
            "worker": str(ROOT / "tests" / "fake_worker.py"),
            "behaviour": "good",
            "stop_margin_s": 0.5,
            "beat_s": 1.0,
            "crowd": 0,
            "crowd_argv": None,
            "bookkeeper": None,
            **given,
        }
        # As from a window of its own: it leads a session that has this terminal.
        take = partial(fcntl.ioctl, terminal, termios.TIOCSCTTY, 0) if terminal is not None else None
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", CODE, json.dumps(document)],
                cwd=ROOT,
                env={**os.environ, "FANFARE_SECRET": "from the environment"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=take,
            )

    def said(self) -> str:
        """All that it has printed up to now."""
        return self.out.read_text()

    def wait_open(self) -> None:
        """Returns when the banner is there."""
        until(lambda: "Ctrl-C stops it." in self.said() or self.process.poll() is not None)
        assert "Ctrl-C stops it." in self.said(), self.said()

    @property
    def port(self) -> int:
        """The port that it listens on, from the banner."""
        match = re.search(r"lobby +http://127\.0\.0\.1:(\d+)/", self.said())
        assert match
        return int(match[1])

    def ask(self) -> dict[str, Any]:
        """What one of its workers says, on a new connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            answer: dict[str, Any] = json.loads(b"".join(iter(lambda: connection.recv(65536), b"")))
        return answer

    def worker_pids(self) -> set[int]:
        """The pids of those workers that answer, one for each slot."""
        found: dict[int, int] = {}
        until(lambda: found.update([(a["slot"], a["pid"]) for a in [self.ask()]]) or len(found) == 2)
        return set(found.values())

    def children(self) -> set[int]:
        """All of its living child processes."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in listed.split() if is_alive(int(pid))}

    def store_pid(self) -> int:
        """The pid of the store's process."""
        (pid,) = (p for p in self.children() if b"valkey-server" in command_of(p))
        return pid

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and returns the exit code."""
        self.process.send_signal(number)
        return self.process.wait(45)


@contextmanager
def supervised(folder: Path, **given: Any) -> Iterator[Supervised]:
    """A supervisor that is open, and is gone afterwards, whatever the test does."""
    running = Supervised(folder, **given)
    try:
        running.wait_open()
        yield running
    finally:
        running.process.kill()
        running.process.wait()
