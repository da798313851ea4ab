"""A worker process, or the bookkeeper's, and the slot with its sockets that outlives it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from app.base.children import spawn
from app.base.config import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
# Without -P a folder `app` in the current directory would be taken for ours.
MODULE_ARGV = (sys.executable, "-P", "-m")
PROGRAM_ARGV = (*MODULE_ARGV, "app.run.program")
WORKER_ARGV = (*PROGRAM_ARGV, "app.run.worker")
BOOKKEEPER_ARGV = (*PROGRAM_ARGV, "app.run.bookkeeper")
CANNOT_START = 3  # a child's exit code: trying again would not help
STEADY_S = 10.0
RESTART_DELAY_S_MAX = 5.0
# A child that gives no sign of life for so many beats hangs. Beats are counted and not seconds, so that all is well
# after the machine has slept.
BEAT_S = 1.0
SILENT_BEATS_MAX = 10


class Backoff:
    """How long to wait before a child is started again: not at all at first, then longer, up to `delay_s_max`."""

    def __init__(self, delay_s_max: float = RESTART_DELAY_S_MAX) -> None:
        self.failures = 0
        self._delay_s_max = delay_s_max

    def delay_s(self, lived_s: float) -> float:
        """The wait after a death; a child that lived for 10 s starts the count anew."""
        self.failures = 1 if lived_s >= STEADY_S else self.failures + 1
        return 0.0 if self.failures == 1 else min(self._delay_s_max, 0.5 * 2.0 ** (self.failures - 2))


@dataclasses.dataclass(eq=False)
class Worker:
    """One worker process, or a bookkeeper's.

    `link` reads "ready" once and then a byte in each beat; its other end sees the end of the file when the supervisor
    is gone. `kill_at_s` is by when a worker that starts or stops must have done so.
    """

    process: subprocess.Popen[bytes]
    started_s: float
    link: socket.socket
    kill_at_s: float | None = None
    is_ready: bool = False
    silent_beats: int = 0


@dataclasses.dataclass(eq=False)
class Slot:
    """The sockets of one worker, and the processes that serve them: while it is replaced, more than one.

    The bookkeeper has no public one. `name` is what people are told of it, `argv` the command of its processes.
    """

    number: int
    public: socket.socket | None
    admin: socket.socket | None
    name: str
    argv: Sequence[str]
    current: Worker | None = None
    next: Worker | None = None
    leaving: list[Worker] = dataclasses.field(default_factory=list)
    start_at_s: float | None = None
    backoff: Backoff = dataclasses.field(default_factory=Backoff)

    def workers(self) -> list[Worker]:
        """All its living processes."""
        return [worker for worker in (self.current, self.next, *self.leaving) if worker]

    def spawn(self, settings: Settings, store_url: str) -> Worker:
        """Starts a process on the slot's sockets.

        Raises:
            OSError: the system has no room for another process.
        """
        link, theirs = socket.socketpair()
        link.setblocking(False)
        passed = [bound.fileno() for bound in (self.public, self.admin, theirs) if bound]
        try:
            process = spawn(self.argv, pass_fds=passed, env=environment(), stdin=subprocess.PIPE)
        except OSError:
            link.close()
            raise
        finally:
            link_fd = theirs.fileno()
            theirs.close()
        port = self.public.getsockname()[1] if self.public else settings.port
        document = {
            "settings": {**dataclasses.asdict(settings), "data": str(settings.data.absolute()), "port": port},
            "slot": self.number,
            "listen_fd": self.public.fileno() if self.public else None,
            "admin_fd": self.admin.fileno() if self.admin else None,
            "link_fd": link_fd,
            "store_url": store_url,
        }
        assert process.stdin is not None
        # A worker that died already is noticed by its death, not here.
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(json.dumps(document).encode())
        return Worker(process, time.monotonic(), link)


def environment() -> dict[str, str]:
    """The children's environment: ours without the settings, some of which are secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    if (ROOT / "pyproject.toml").exists():
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return kept
