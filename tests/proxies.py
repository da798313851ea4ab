"""nginx and HAProxy, real ones, before a running server. Where a machine has none, Debian's are unpacked into a folder.

They are not installed: Debian's packages would start them as services on ports 80 and 443.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROGRAMS = ("nginx", "haproxy")
FOLDER = Path(__file__).resolve().parent.parent / ".venv" / "debian"
APT_S = 60


def program(name: str) -> Path | None:
    """Where a proxy's program is; None where there is none."""
    found = shutil.which(name)
    usual = (Path("/usr/sbin", name), FOLDER / "usr" / "sbin" / name)
    return Path(found) if found else next((path for path in usual if path.exists()), None)


def environment() -> dict[str, str]:
    """The environment in which an unpacked program finds its libraries."""
    folders = [str(path) for path in FOLDER.glob("usr/lib/*-linux-gnu*")]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders)} if folders else dict(os.environ)


def unpack() -> bool:
    """Unpacks Debian's packages of those that are missing; whether all of them are there now."""
    missing = [name for name in PROGRAMS if program(name) is None]
    if missing and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        part = FOLDER.with_name("debian.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        planned = _run("apt-get", "-s", "install", "--no-install-recommends", *missing)
        packages = [line.split()[1] for line in planned.splitlines() if line.startswith("Inst ")]
        if packages:
            _run("apt-get", "-o", "APT::Sandbox::User=root", "download", *packages, cwd=part)
        for package in part.glob("*.deb"):
            _run("dpkg-deb", "-x", str(package), str(part))
            package.unlink()
        shutil.rmtree(FOLDER, ignore_errors=True)
        part.rename(FOLDER)
    return all(map(program, PROGRAMS))


def _run(*command: str, cwd: Path | None = None) -> str:
    try:
        done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=APT_S)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout
