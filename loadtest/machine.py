"""What the machine is, and what its processes use of it: CPU time and memory, read from /proc."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).resolve().parent.parent
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
ROLES = ("worker", "books", "store")
BOOKKEEPER = b"app.run.bookkeeper"
STORE_NAMES = ("valkey-server", "redis-server", "keydb-server")
LIBRARIES = ("fanfare", "uvicorn", "uvloop", "starlette", "redis", "hiredis", "msgspec", "websockets")


class Use(Struct, frozen=True):
    """A process now: its CPU time so far, its memory."""

    pid: int
    parent: int
    name: str
    cpu_s: float
    rss_bytes: int


def use_of(pid: int) -> Use | None:
    """A process's use; None where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name stands in parentheses and may hold anything.
    name, _, rest = text.partition("(")[2].rpartition(")")
    fields = rest.split()
    cpu_s = (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
    return Use(pid, int(fields[1]), name, cpu_s, int(fields[21]) * PAGE_BYTES)


def family(root: int) -> list[Use]:
    """A process and all that descend from it."""
    uses: dict[int, Use] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (use := use_of(int(entry))) is not None:
            uses[use.pid] = use
    members = {root}
    while more := {use.pid for use in uses.values() if use.parent in members} - members:
        members |= more
    return [uses[pid] for pid in sorted(members) if pid in uses]


def in_role(roots: Iterable[int], role: str) -> list[Use]:
    """The processes in that role among these and all that descend from them."""
    return [use for root in roots for use in family(root) if role_of(use) == role]


class Sample(Struct):
    """The processes' use at one moment, by role: CPU seconds since the beginning, memory now.

    The bookkeeper is a part of the server, and told by itself as well.
    """

    at_s: float
    server_cpu_s: float
    store_cpu_s: float
    server_rss_bytes: int
    store_rss_bytes: int
    books_cpu_s: float = 0.0
    books_rss_bytes: int = 0


class Sampler:
    """Samples the server's processes. A dead process's CPU time still counts."""

    def __init__(self, roots: list[int], start_s: float) -> None:
        self._roots = roots
        self._start_s = start_s
        self._cpu_s: dict[int, float] = {}
        self._roles: dict[int, str] = {}
        self.samples: list[Sample] = []

    def take(self) -> Sample:
        """Samples now."""
        rss, cpu = dict.fromkeys(ROLES, 0), dict.fromkeys(ROLES, 0.0)
        uses = {use.pid: use for root in self._roots for use in family(root)}
        for use in uses.values():
            # A process is our own program for a moment before it becomes the store's or the bookkeeper's.
            if self._roles.get(use.pid, "worker") == "worker":
                self._roles[use.pid] = role_of(use)
            self._cpu_s[use.pid] = use.cpu_s
            rss[self._roles[use.pid]] += use.rss_bytes
        for pid, cpu_s in self._cpu_s.items():
            cpu[self._roles[pid]] += cpu_s
        sample = Sample(
            at_s=time.monotonic() - self._start_s,
            server_cpu_s=cpu["worker"] + cpu["books"],
            store_cpu_s=cpu["store"],
            server_rss_bytes=rss["worker"] + rss["books"],
            store_rss_bytes=rss["store"],
            books_cpu_s=cpu["books"],
            books_rss_bytes=rss["books"],
        )
        self.samples.append(sample)
        return sample


def role_of(use: Use) -> str:
    """Whose process it is, of `ROLES`: all that is neither the store's nor the bookkeeper's is the workers'."""
    if use.name in STORE_NAMES:
        return "store"
    try:
        return "books" if BOOKKEEPER in Path(f"/proc/{use.pid}/cmdline").read_bytes() else "worker"
    except OSError:
        return "worker"


def describe(store_pids: list[int]) -> dict[str, str]:
    """The machine and the versions, for the report."""
    described = {
        "cpu": _cpu_model(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * PAGE_BYTES / 2**30:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "store": _store_version(store_pids),
        "commit": _commit(),
    }
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            described[name] = metadata.version(name)
    return {name: value for name, value in described.items() if value}


def _cpu_model() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _store_version(pids: list[int]) -> str:
    for pid in pids:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            binary = os.readlink(f"/proc/{pid}/exe")
            return subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=5).stdout.strip()
    return ""


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=10).stdout.strip()

    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if commit := git("rev-parse", "--short=12", "HEAD"):
            return commit + ("+changes" if git("status", "--porcelain", "--untracked-files=no") else "")
    return ""


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of this checkout with this interpreter."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment(**more: str) -> dict[str, str]:
    """Our environment without Fanfare's settings, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    if (ROOT / "pyproject.toml").exists():
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return {**kept, **more}
