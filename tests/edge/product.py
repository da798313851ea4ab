"""The whole product for tests: the real command in its own processes, on a free port, with a data folder of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import func, select

from app.archive.archive import Archive, Connection
from app.archive.cursor import count_partitions, read_cursor
from app.archive.engine import sqlite_url
from app.archive.migrate import is_current
from app.archive.rooms import live_rooms
from app.archive.schema import CURSORS
from tests.edge.site import API_KEY, SECRET, Site
from tests.waiting import command_of, is_alive, until

ROOT = Path(__file__).resolve().parent.parent.parent
FRAUD = ROOT / "app/rules/data/fraud.json"
ARGV = (sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))")


def _rules_that_hold_nothing(path: Path) -> Path:
    """The rules of fraud, but that no signs are enough: tests give in a minute what people give in months, and what of
    it came to be held before it was settled would depend on the machine."""
    rules = json.loads(FRAUD.read_text())
    for version in rules["versions"]:
        version.update(note=1000, hold=1000, freeze=1000)
    path.write_text(json.dumps(rules))
    return path


class Product(Site):
    """`fanfare demo` (or another command) with its data folder; it can be killed and started again on the same port."""

    def __init__(self, folder: Path, *, command: str = "demo", workers: int = 1, **settings: object) -> None:
        self.data = folder / "d"
        self.out, self.err = folder / "out", folder / "err"
        self.command = command
        self.workers = workers
        super().__init__(0)
        self.settings = {"SECRET": SECRET, "API_KEY": API_KEY, "ADMIN": "127.0.0.1:0"}
        self.settings["FRAUD"] = str(_rules_that_hold_nothing(folder / "fraud.json"))
        self.settings |= {name.upper(): str(value) for name, value in settings.items()}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        """Returns when it says that it is ready; on the port it had before, if it had one.

        `words` are more of its command line.
        """
        argv = [*ARGV, self.command, "--data", str(self.data), "--port", str(self.port)]
        self.out.write_bytes(b"")
        with self.out.open("ab") as out, self.err.open("ab") as err:
            self.process = subprocess.Popen(
                [*argv, "--workers", str(self.workers), *words],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        process = self.process
        until(lambda: "Ctrl-C stops it." in self.said() or process.poll() is not None, 60)
        assert process.poll() is None, self.complaints()
        self.port = int(self._address(r"(?:lobby|address)\s+http://127\.0\.0\.1:(\d+)/"))

    def begin_with(self, books: Path) -> None:
        """Gives it an archive with its tables before its first start: making them anew takes half a second."""
        self.data.mkdir(mode=0o700)
        shutil.copy(books, self.data / "archive.db")

    def wait_for_books(self) -> None:
        """Returns when it has a bookkeeper that has begun, and the archive its tables."""
        until(lambda: self.pids_of(b"app.run.bookkeeper"))
        address = sqlite_url(self.data / "archive.db")
        until(lambda: (self.data / "archive.db").exists())
        archive = Archive(address)
        until(lambda: archive.write_now(is_current))
        # It has begun, and not only been started: what happens from now on is archived in its usual moment.
        until(lambda: archive.write_now(_has_begun))
        archive.close()

    def environment(self) -> dict[str, str]:
        """The environment of the product's commands: its settings, and nothing of ours."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
        return kept | {f"FANFARE_{name}": value for name, value in self.settings.items()}

    def run(self, *words: str) -> dict[str, Any]:
        """What another command of the product says with --json about this data folder."""
        argv = [*ARGV, *words, "--data", str(self.data), "--json"]
        done = subprocess.run(argv, cwd=ROOT, env=self.environment(), capture_output=True, timeout=30)
        assert done.returncode in (0, 1), done.stderr.decode()
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def popen(self, *words: str) -> subprocess.Popen[bytes]:
        """Another command of the product, running on this data folder."""
        argv = [*ARGV, *words, "--data", str(self.data)]
        with self.err.open("ab") as err:
            return subprocess.Popen(
                argv, cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err
            )

    def stop(self) -> int:
        """Ends it as an operator would; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(45)

    def kill_all(self) -> None:
        """Kills the supervisor, the workers and the store, all at one time and without a word."""
        assert self.process is not None
        pids = [self.process.pid, *self.children()]
        for pid in pids:
            # Its children end with the supervisor.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        until(lambda: not any(is_alive(pid) for pid in pids))

    def change_store(self, change: Callable[[Path], None]) -> None:
        """Kills the store, and has something done to its files before the supervisor starts it again."""
        assert self.process is not None
        store_pid = self.store_pid()
        os.kill(self.process.pid, signal.SIGSTOP)
        os.kill(store_pid, signal.SIGKILL)
        until(lambda: not is_alive(store_pid))
        change(self.data / "store")
        os.kill(self.process.pid, signal.SIGCONT)

    @contextmanager
    def books_stand_still(self) -> Iterator[None]:
        """Nothing is archived meanwhile; for some seconds: then the supervisor takes the bookkeeper for hanging."""
        self.wait_for_books()
        pids = self.pids_of(b"app.run.bookkeeper")
        with closing(sqlite3.connect(self.data / "archive.db", timeout=30, isolation_level=None)) as connection:
            # Whoever has the lock is the only one who writes: the bookkeeper is not in the middle of it.
            connection.execute("BEGIN IMMEDIATE")
            for pid in pids:
                os.kill(pid, signal.SIGSTOP)
            connection.execute("ROLLBACK")
        yield
        for pid in pids:
            if is_alive(pid):
                os.kill(pid, signal.SIGCONT)

    def wait_archived(self, n: int, room: str = "") -> None:
        """Returns when the archive has n entries, and has that room."""
        self.wait_for_books()
        archive = Archive(sqlite_url(self.data / "archive.db"))
        until(lambda: archive.write_now(_archived) >= n)
        until(lambda: not room or room in archive.write_now(live_rooms))
        archive.close()

    def end(self) -> None:
        """Leaves nothing running, whatever the test did."""
        if self.process is None or self.process.poll() is not None:
            return
        children = self.children()
        with suppress(subprocess.TimeoutExpired):
            self.stop()
        for pid in (self.process.pid, *children):
            if is_alive(pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        """The pids of its living child processes."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split() if is_alive(int(pid))]

    def store_pid(self) -> int:
        """The pid of the store's process."""
        (pid,) = (pid for pid in self.children() if b"valkey-server" in command_of(pid))
        return pid

    def worker_pids(self) -> list[int]:
        """The pids of the workers."""
        return self.pids_of(b"app.run.worker")

    def pids_of(self, module: bytes) -> list[int]:
        """The pids of those children that run that module."""
        return [pid for pid in self.children() if module in command_of(pid)]

    def said(self) -> str:
        """All that it has printed since its last start."""
        return self.out.read_text()

    def complaints(self) -> str:
        """All that it has ever written to stderr."""
        return self.err.read_text()

    def ask_store(self, *args: str | int) -> Any:
        """What its store answers to a command, bytes undecoded."""
        with closing(redis.Redis(unix_socket_path=str(self.data / "store.sock"))) as client:
            return client.execute_command(*args)  # type: ignore[no-untyped-call]

    def metrics(self) -> dict[str, float]:
        """What /metrics on the first worker's admin address says: `name{labels}` -> value."""
        with urllib.request.urlopen(self._address(r"metrics\s+(\S+)"), timeout=10) as response:
            lines = response.read().decode().splitlines()
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")}

    def _address(self, pattern: str) -> str:
        found = re.search(pattern, self.said())
        assert found, self.said()
        return found[1]


def _archived(connection: Connection) -> int:
    return sum(read_cursor(connection, k).n for k in range(count_partitions(connection)))


def _has_begun(connection: Connection) -> bool:
    return bool(connection.scalar(select(func.count()).select_from(CURSORS)))
