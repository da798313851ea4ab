"""`python3 -m tests`: installs what the tests need, then runs linter, types and tests, all of them.

With arguments it runs pytest alone, with these.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.stderr.write("tests: Python 3.11 or newer is needed; this one is %s.\n" % sys.version.split()[0])  # noqa: UP031
    sys.exit(2)

import os
import shutil
import subprocess
import time
from pathlib import Path

from app import bootstrap
from app.bootstrap import ROOT, apt_install
from tests import debian

# Tests that wait leave a core idle; one file stays on one worker, as its fixtures are shared.
# They come in the order that conftest.py puts them in: the long ones first.
# What was skipped is told at the end, with the reason.
PYTEST_ARGS = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder", "-rs"]
MODULES = (
    *bootstrap.MODULES,
    "brotli",
    "pytest",
    "pytest_asyncio",
    "pytest_timeout",
    "xdist",
    "hypothesis",
    "httpx2",
    "playwright",
    "axe_playwright_python",
    "psycopg",
    "yaml",
    "compose_spec",
    "ruff",
    "mypy",
    "stripe",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HELP = """usage: python3 -m tests [-h] [PYTEST ARGUMENT ...]

Without arguments: ruff check, ruff format --check, mypy and all tests; fails when one of them fails.
With arguments: pytest alone, with these.

example: python3 -m tests tests/rules -k streak
"""


def main(arguments: list[str]) -> int:
    """Runs the checks; 0 when all is well, 1 when not, 2 when they cannot be run here."""
    if arguments in (["-h"], ["--help"]):
        print(HELP, end="")
        return 0
    bootstrap.enter("tests", MODULES, "tests")
    if not (_ensure_browser() and _ensure_faketime() and _ensure_postgres()):
        return 2
    if arguments:
        return _run("pytest", *arguments)
    if missing := debian.unpack():
        bootstrap.say(f"{' and '.join(missing)} cannot be had here: the tests that need them are skipped")
    steps = {
        "ruff check": ("ruff", "check", "."),
        "ruff format": ("ruff", "format", "--check", "."),
        "mypy": ("mypy",),
        "pytest": ("pytest", *PYTEST_ARGS),
    }
    results = []
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        started = time.monotonic()
        code = _run(*command)
        results.append((name, code, time.monotonic() - started))
    print()
    for name, code, took_s in results:
        print(f"{'ok    ' if code == 0 else 'FAILED'}  {name:<12} {took_s:6.1f} s")
    return 1 if any(code for _, code, _ in results) else 0


def _run(module: str, *arguments: str) -> int:
    # What is compiled is kept, whatever the environment wants: each of a thousand processes would compile all anew.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # As modules of this Python, so that it does not matter what else is on PATH.
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment).returncode


def _ensure_browser() -> bool:
    if any(map(shutil.which, BROWSERS)) or _playwright_browser():
        return True
    if apt_install("chromium"):
        return True
    bootstrap.say("the tests need a browser. Type one of these, and start again:")
    print("    sudo apt-get install -y chromium", file=sys.stderr)
    print(f"    {sys.executable} -m playwright install --with-deps chromium", file=sys.stderr)
    return False


def _playwright_browser() -> bool:
    # Its own folder of browsers; PLAYWRIGHT_BROWSERS_PATH moves it.
    mac = Path.home() / "Library/Caches/ms-playwright"
    usual = mac if sys.platform == "darwin" else Path.home() / ".cache/ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or usual)
    return any(folder.glob("chromium*"))


def _ensure_faketime() -> bool:
    folders = ("lib/*/faketime", "lib64/faketime", "lib/faketime")
    if sys.platform != "linux" or any(any(Path("/usr").glob(f"{f}/libfaketime.so.1")) for f in folders):
        return True
    if apt_install("faketime"):
        return True
    bootstrap.say("the tests that set the clock back need libfaketime. Type this, and start again:")
    print("    sudo apt-get install -y faketime", file=sys.stderr)
    return False


def _ensure_postgres() -> bool:
    if (shutil.which("initdb") and shutil.which("postgres")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return True
    if apt_install("postgresql"):
        return True
    bootstrap.say("the tests of the archive need PostgreSQL. Type this, and start again:")
    print("    sudo apt-get install -y postgresql", file=sys.stderr)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
