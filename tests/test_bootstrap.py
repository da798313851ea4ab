from __future__ import annotations

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from app import bootstrap
from app.bootstrap import Home, InstallError
from tests.__main__ import MODULES as TESTS_MODULES
from tests.waiting import until

ROOT = Path(__file__).resolve().parent.parent


class Machine:
    """A machine on which every command is only written down; commands that fail are named by a word in them."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.failing: set[str] = set()
        self.programs = {"apt-get": "/usr/bin/apt-get"}
        self.uid = 1000
        self.root = folder / "checkout"
        self.root.mkdir()
        shutil.copy(ROOT / "pyproject.toml", self.root)
        monkeypatch.setattr("app.bootstrap.subprocess.run", self.run)
        monkeypatch.setattr(bootstrap, "_run_alive", self.install)
        monkeypatch.setattr("app.bootstrap.shutil.which", self.programs.get)
        monkeypatch.setattr("app.bootstrap.os.geteuid", lambda: self.uid)
        monkeypatch.setattr(bootstrap, "PYTHON", "/usr/bin/python3")

    def run(self, command: Sequence[Any], **_: Any) -> subprocess.CompletedProcess[str]:
        """Stands in for subprocess.run."""
        if self.root in Path(command[0]).parents and not Path(command[0]).exists():
            raise FileNotFoundError
        line = " ".join(map(str, command)).replace(str(self.root), "ROOT")
        self.ran.append(line)
        failed = any(word in line for word in self.failing)
        if "apt-get install" in line and not failed:
            self.failing.discard("ensurepip")
        if " venv " in line and not failed:
            make_python(self.root)
        return subprocess.CompletedProcess(list(command), int(failed), "", "as asked")

    def install(self, command: list[str], output: int) -> int:
        """Stands in for pip's long run."""
        return self.run(command).returncode


def make_python(root: Path) -> None:
    """What a virtual environment looks like from outside."""
    python = root / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.unlink(missing_ok=True)
    python.symlink_to(os.path.realpath("/bin/sh"))
    (root / ".venv" / "pyvenv.cfg").write_text("version = 3.11.2\n")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine with Python and pip, and a fresh checkout on it."""
    return Machine(tmp_path, monkeypatch)


def installs(machine: Machine) -> list[str]:
    """The commands that change something."""
    return [line for line in machine.ran if re.search(r"install|update| venv ", line)]


def test_every_dependency_has_its_module() -> None:
    """Each dependency of pyproject.toml is looked for before anything is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extra = project["optional-dependencies"]["tests"]

    assert len(project["dependencies"]) == len(bootstrap.MODULES)
    with_module = [name for name in extra if not name.startswith("oxlint")]
    assert len(project["dependencies"]) + len(with_module) == len(TESTS_MODULES)


def test_first_start_installs_and_the_second_does_not(machine: Machine) -> None:
    """A fresh checkout gets an environment with everything in it; then there is nothing left to do."""
    Home(machine.root).make()

    pip = "ROOT/.venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off"
    assert ["/usr/bin/python3 -m venv ROOT/.venv", f"{pip} --editable ROOT"] == installs(machine)
    assert Home(machine.root).is_complete()
    machine.ran.clear()
    Home(machine.root).make()
    assert [] == machine.ran


def test_extra_is_installed_with_a_stamp_of_its_own(machine: Machine) -> None:
    """The tests' environment is the same one with more in it, which the plain start does not miss."""
    Home(machine.root).make()
    assert not Home(machine.root, "tests").is_complete()
    Home(machine.root, "tests").make()

    assert machine.ran[-1].endswith("--editable ROOT[tests]")
    assert (True, True) == (Home(machine.root).is_complete(), Home(machine.root, "tests").is_complete())


@pytest.mark.parametrize("change", ["dependency", "python", "unfinished", "folder"])
def test_stamp_tells_what_changed(machine: Machine, change: str) -> None:
    """New dependencies, another Python, a half-finished install or a moved folder make it install again."""
    Home(machine.root).make()
    root = machine.root
    if change == "dependency":
        text = (root / "pyproject.toml").read_text()
        (root / "pyproject.toml").write_text(text.replace("redis>=8.1", "redis>=8.2"))
    elif change == "python":
        (root / ".venv" / "pyvenv.cfg").write_text("version = 3.13.1\n")
    elif change == "unfinished":
        (root / ".venv" / "fanfare.stamp").write_text(bootstrap.UNFINISHED)
    else:
        root = root.rename(root.with_name("moved"))

    assert not Home(root).is_complete()


def test_other_text_in_pyproject_changes_nothing(machine: Machine) -> None:
    """A setting of some tool in pyproject.toml is no reason to install again."""
    Home(machine.root).make()
    with (machine.root / "pyproject.toml").open("a") as project:
        project.write("\n[tool.other]\nkey = 1\n")

    assert Home(machine.root).is_complete()


def test_vanished_python_is_made_again(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """An environment whose Python was uninstalled is thrown away and made anew."""
    Home(machine.root).make()
    (machine.root / ".venv" / "bin" / "python").unlink()
    (machine.root / ".venv" / "old").touch()
    Home(machine.root).make()

    assert "it is broken" in capsys.readouterr().err
    assert (True, False) == (Home(machine.root).is_complete(), (machine.root / ".venv" / "old").exists())


def test_environment_made_by_hand_is_completed(machine: Machine) -> None:
    """A working environment that somebody else made is kept, and completed."""
    make_python(machine.root)
    (machine.root / ".venv" / "mine").touch()
    Home(machine.root).make()

    assert (True, True) == (Home(machine.root).is_complete(), (machine.root / ".venv" / "mine").exists())


def test_failed_install_begins_again(machine: Machine) -> None:
    """When pip fails, nothing counts as installed, and the next start makes everything anew."""
    machine.failing.add("--editable")
    with pytest.raises(InstallError, match="the installation failed"):
        Home(machine.root).make()
    assert not Home(machine.root).is_complete()

    machine.failing.clear()
    (machine.root / ".venv" / "half").touch()
    Home(machine.root).make()
    assert (True, False) == (Home(machine.root).is_complete(), (machine.root / ".venv" / "half").exists())


def test_environment_made_by_hand_outlives_a_failure(machine: Machine) -> None:
    """Where an install into somebody's own environment fails, say without network, theirs is left as it is."""
    make_python(machine.root)
    (machine.root / ".venv" / "mine").touch()
    machine.failing.add("--editable")
    for _ in range(2):
        with pytest.raises(InstallError):
            Home(machine.root).make()

    assert (machine.root / ".venv" / "mine").exists()


def test_pip_that_fails_shows_the_end_of_its_output(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last lines of pip's output are part of the message."""

    def fails(command: list[str], output: int) -> int:
        os.write(output, b"No space left on device")
        return 1

    monkeypatch.setattr(bootstrap, "_run_alive", fails)

    with pytest.raises(InstallError, match="No space left on device"):
        Home(machine.root).make()


def test_ctrl_c_leaves_no_stamp(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the middle ends with 130 and one line, and the next start begins again."""

    def interrupted(command: list[str], output: int) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "_run_alive", interrupted)
    monkeypatch.setattr(bootstrap, "ROOT", machine.root)
    with pytest.raises(SystemExit, match="130"):
        bootstrap.enter("app", ["a_module_that_is_nowhere"])

    assert not Home(machine.root).is_complete()
    assert "the next start begins again" in capsys.readouterr().err


def test_without_ensurepip_uv_is_used(machine: Machine) -> None:
    """Where Python cannot make environments but uv is there, uv does it all."""
    machine.failing |= {"ensurepip", "import pip"}
    machine.programs["uv"] = "/bin/uv"
    Home(machine.root).make()

    assert [
        "/bin/uv venv --quiet --python /usr/bin/python3 ROOT/.venv",
        "/bin/uv pip install --python ROOT/.venv/bin/python --editable ROOT",
    ] == installs(machine)


def test_root_on_debian_installs_the_package(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root on a Debian without python3-venv gets it installed, without reading package lists that are there."""
    monkeypatch.setattr(bootstrap, "_venv_package", lambda: "python3-venv")
    machine.failing.add("ensurepip")
    machine.uid = 0
    Home(machine.root).make()

    apt = "/usr/bin/apt-get install -y --no-install-recommends python3-venv"
    assert [apt, "/usr/bin/python3 -m venv ROOT/.venv"] == installs(machine)[:2]


def test_apt_reads_its_lists_first_where_it_has_none(machine: Machine) -> None:
    """A package that is not found is looked for again after an update."""
    machine.failing.add("apt-get install")
    machine.uid = 0

    assert not bootstrap.apt_install("faketime")
    assert ["install", "update", "install"] == [line.split()[1] for line in machine.ran]


def test_others_are_told_what_to_type(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not root gets the command to type, and nothing is changed."""
    monkeypatch.setattr(bootstrap, "_venv_package", lambda: "python3-venv")
    machine.failing.add("ensurepip")

    with pytest.raises(InstallError, match="sudo apt-get install -y python3-venv"):
        Home(machine.root).make()
    assert [] == installs(machine)


def test_no_checkout_is_said(tmp_path: Path) -> None:
    """Where there is nothing to install from, it says so."""
    with pytest.raises(InstallError, match="is no checkout"):
        Home(tmp_path).make()


def test_two_at_once_wait_for_each_other(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    """A second bootstrap waits for the first, and then finds nothing to do."""
    held = os.open(machine.root, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    second = threading.Thread(target=Home(machine.root).make)
    second.start()
    seen = ""

    def is_waiting() -> bool:
        nonlocal seen
        seen += capsys.readouterr().err
        return "another start is installing" in seen

    until(is_waiting)
    make_python(machine.root)
    (machine.root / ".venv" / "fanfare.stamp").write_text(Home(machine.root).fingerprint())
    os.close(held)
    second.join()

    assert [] == machine.ran


def test_nothing_is_done_where_all_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An interpreter that has all the modules runs the program itself, whatever .venv is like."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr("app.bootstrap.os.execv", lambda *_: pytest.fail("it was replaced"))

    bootstrap.enter("app", bootstrap.MODULES)

    assert [] == list(tmp_path.iterdir())


def test_the_environment_takes_over(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interpreter without the modules is replaced by the environment's, with the same arguments."""
    replaced: list[Any] = []
    monkeypatch.setattr(bootstrap, "ROOT", machine.root)
    monkeypatch.setattr("app.bootstrap.os.execv", lambda *given: replaced.extend(given))
    monkeypatch.setattr(sys, "argv", ["app", "demo", "--port", "9"])
    bootstrap.enter("app", ["a_module_that_is_nowhere"])

    python = machine.root / ".venv" / "bin" / "python"
    assert [python, [str(python), "-m", "app", "demo", "--port", "9"]] == replaced


def test_long_run_shows_that_it_is_alive(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """While pip works, a line now and then tells how long it has been."""
    clock = iter([0.0, 11.0, *range(12, 1000)])
    monkeypatch.setattr("app.bootstrap.time.monotonic", lambda: next(clock))
    with (tmp_path / "log").open("w") as log:
        code = bootstrap._run_alive([sys.executable, "-c", "import time; time.sleep(0.3); exit(7)"], log.fileno())

    assert 7 == code
    assert "fanfare: still installing (11 s)" in capsys.readouterr().err


def test_real_environment_is_made_and_found_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the real commands, but for pip's download, the stamp fits the environment that was made."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.setattr(bootstrap, "_run_alive", lambda command, output: 0)
    monkeypatch.setattr(bootstrap, "_has_ensurepip", lambda: True)
    run = subprocess.run

    def without_pip(command: list[str], **given: Any) -> subprocess.CompletedProcess[Any]:
        # Unpacking pip takes seconds and is not what is tested.
        return run([*command, "--without-pip"] if "venv" in command else command, **given)

    monkeypatch.setattr("app.bootstrap.subprocess.run", without_pip)
    monkeypatch.setattr(Home, "_installer", lambda home: ["pip"])
    home = Home(tmp_path)
    home.make()

    assert home.is_complete()
    code = "import sys; from pathlib import Path; from app.bootstrap import Home; "
    code += "h = Home(Path(sys.argv[1])); print(h.is_running(), h.is_complete())"
    seen = run([home.python, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True)
    assert "True True\n" == seen.stdout


def test_old_pythons_can_read_the_entry() -> None:
    """`python3 -m app` parses on Pythons that are too old, so that they can be told so."""
    for name in ("app/__init__.py", "app/__main__.py", "tests/__init__.py"):
        tree = ast.parse((ROOT / name).read_text(), feature_version=(3, 5))

        assert not [n for n in ast.walk(tree) if isinstance(n, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr))]


def test_entry_runs_the_command_line() -> None:
    """`python3 -m app --version` answers with the version."""
    answer = subprocess.run([sys.executable, "-m", "app", "--version"], cwd=ROOT, capture_output=True, text=True)

    assert re.fullmatch(r"fanfare \d+\.\d+\.\d+\n", answer.stdout)
