from __future__ import annotations

import argparse
import re
import subprocess
import sys
from importlib import import_module
from typing import Any, NoReturn

import pytest

from app import __version__, cli
from app.base.errors import ConfigError, StoreError
from app.commands import COMMANDS
from app.commands import demo as demo_command


def test_no_command_is_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a command, or with options alone, the demo runs."""
    ran: list[Any] = []

    def run(args: argparse.Namespace) -> int:
        ran.append(args.port)
        return 0

    monkeypatch.setattr(demo_command, "run", run)

    assert (0, 0) == (cli.main([]), cli.main(["--port", "9000"]))
    assert [None, 9000] == ran


@pytest.mark.parametrize("name", [*COMMANDS, "loadtest", "crowd"])
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command has a help text with an example that can be typed."""
    with pytest.raises(SystemExit, match="0"):
        cli.main([name, "--help"])

    said = capsys.readouterr().out
    # One example stands behind the word, several stand below it.
    assert re.search(rf"examples?:\s+python3 -m app {name}", said)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_a_module(name: str) -> None:
    """Each command's file has the function that the command line calls."""
    assert callable(import_module(f"app.commands.{name.replace('-', '_')}").add_parser)


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """--help names every command."""
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--help"])
    said = capsys.readouterr().out

    assert [] == [name for name in (*COMMANDS, *cli.other_commands()) if f"    {name}" not in said]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the version."""
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])

    assert f"fanfare {__version__}\n" == capsys.readouterr().out


@pytest.mark.parametrize(("error", "code"), [(ConfigError("the port is odd"), 2), (StoreError("the port is odd"), 1)])
def test_errors_of_ours_are_one_line(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours is a line on stderr and an exit code, 2 for wrong settings, and no traceback."""

    def fails(args: object) -> NoReturn:
        raise error

    monkeypatch.setattr(demo_command, "run", fails)

    assert code == cli.main(["demo"])
    assert "fanfare: the port is odd\n" == capsys.readouterr().err


def test_only_the_chosen_command_is_loaded() -> None:
    """The usual start loads no client library, no web framework, and no other command."""
    code = (
        "import sys; from app import cli; cli._parser('demo')\n"
        "heavy = {'redis', 'starlette', 'uvicorn', 'asyncio', 'app.commands.check'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]\n" == seen.stdout
