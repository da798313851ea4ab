"""nginx, HAProxy and Redis, real ones. Where a machine has none, Debian's are unpacked into a folder.

They are not installed: Debian's packages would start them as services.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

PROXIES = ("nginx", "haproxy")
PROGRAMS = (*PROXIES, "redis-server")
FOLDER = Path(__file__).resolve().parent.parent / ".venv" / "debian"
APT_S = 60


def program(name: str) -> Path | None:
    """Where a program is; None where there is none."""
    found = shutil.which(name)
    usual = (Path("/usr/sbin", name), *(FOLDER / "usr" / part / name for part in ("sbin", "bin")))
    return Path(found) if found else next((path for path in usual if path.exists()), None)


def environment() -> dict[str, str]:
    """The environment in which an unpacked program finds its libraries."""
    return {**os.environ, "LD_LIBRARY_PATH": libraries()} if libraries() else dict(os.environ)


def libraries() -> str:
    """The folders of libraries that were unpacked."""
    return os.pathsep.join(map(str, FOLDER.glob("usr/lib/*-linux-gnu*")))


def missing(names: Iterable[str] | None = None) -> list[str]:
    """Which of these, or of all, do not run here: one that is not there, or not whole."""
    found = {name: program(name) for name in names or PROGRAMS}
    return [name for name, path in found.items() if path is None or _run(path, "-v", env=environment()) is None]


def unpack() -> list[str]:
    """Unpacks Debian's packages of those that are missing; which of them are missing all the same."""
    if missing() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        FOLDER.mkdir(parents=True, exist_ok=True)
        planned = _run("apt-get", "-s", "install", "--no-install-recommends", *missing()) or ""
        if packages := [line.split()[1] for line in planned.splitlines() if line.startswith("Inst ")]:
            _run("apt-get", "-o", "APT::Sandbox::User=root", "download", *packages, cwd=FOLDER)
        for package in FOLDER.glob("*.deb"):
            _run("dpkg-deb", "-x", package, FOLDER)
            package.unlink()
    return missing()


def _run(*command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str | None:
    """What a program prints; None where it fails, or takes too long."""
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=APT_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
