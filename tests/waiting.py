"""Waiting for conditions, so that no test waits for time; looking at processes that may be gone at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def until(condition: Callable[[], object], within_s: float = 45.0) -> None:
    """Returns when the condition is true; fails when it is not in time."""
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s, "the condition did not come true in time"
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead and that nobody has asked about does not."""
    stat = _read(pid, "stat")
    return bool(stat) and stat.rpartition(b")")[2].split()[0] not in b"ZX"


def command_of(pid: int) -> bytes:
    """A process's command line; nothing where it is gone."""
    return _read(pid, "cmdline")


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        # It may also go between the opening of its file and the reading.
        return b""
